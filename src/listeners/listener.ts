/** A way in. `start` resolves when it accepts and rejects with the reason when it can't; `stop` lets what is under way finish. */
export interface Listener {
  readonly name: string
  start(): Promise<void>
  stop(): Promise<void>
}
