import type pg from 'pg'
import { sleep } from '../clock.ts'
import { log } from '../log.ts'
import { isConnectionLost } from './connection-lost.ts'
import { ConnectionLost, type Session, type Statement } from './session.ts'

/** One connection for one job (accepting, settling, listening …), which comes back by itself when it breaks. */
export interface DedicatedClient extends Session {
  readonly name: string
  /**
   * False between a break and the next connection: `run` throws at once then. Calls of `run` wait for each
   * other, one is in flight. A broken connection is a ConnectionLost, other errors are the database's and have a `code`.
   */
  readonly alive: boolean
  /** Resolves when connected: at once, or after the break. */
  ready(): Promise<void>
  /** Called after each connection but the first, before anything else runs on it: what was listened for or remembered is gone. */
  onReconnect(listener: () => void): void
  /** Sends LISTEN now and after every break. Notifications may be missed during one. */
  listen(channel: string, listener: (payload: string) => void): Promise<void>
  close(): Promise<void>
}

export interface DedicatedClientOptions {
  readonly name: string
  readonly connect: () => Promise<pg.Client>
  /** An answer that has not come after so long never will: the connection is given up. Longer than statement_timeout. */
  readonly answerMs: number
}

const PAUSE_MS = { first: 20, most: 1_000 }

export function dedicatedClient({ name, connect, answerMs }: DedicatedClientOptions): DedicatedClient {
  const closing = new AbortController()
  const channels = new Map<string, (payload: string) => void>()
  const reconnected: (() => void)[] = []
  let client: pg.Client | undefined
  let connecting = establish()
  let tail: Promise<unknown> = Promise.resolve()
  let connections = 0

  async function establish(): Promise<void> {
    for (let pauseMs = PAUSE_MS.first; !closing.signal.aborted; pauseMs = Math.min(pauseMs * 2, PAUSE_MS.most)) {
      try {
        const fresh = await connect()
        fresh.on('error', () => drop(fresh))
        fresh.on('end', () => drop(fresh))
        fresh.on('notification', ({ channel, payload }) => channels.get(channel)?.(payload ?? ''))
        for (const channel of channels.keys()) await fresh.query(`listen ${channel}`)
        client = fresh
        connections += 1
        if (connections > 1) {
          log.info('connected to the database again', { reason: name })
          for (const listener of reconnected) listener()
        }
        return
      } catch (error) {
        if (pauseMs === PAUSE_MS.first) log.warn('no connection to the database', { reason: name, error })
        await sleep(pauseMs, closing.signal)
      }
    }
  }

  function drop(broken: pg.Client): void {
    if (client !== broken) return
    client = undefined
    // With a statement in flight this destroys the socket and does not wait for its answer.
    void broken.end().catch(() => {})
    connecting = establish()
  }

  async function execute(statement: Statement, values: readonly unknown[]): Promise<unknown[][]> {
    const used = client
    if (used === undefined) throw new ConnectionLost('not done')
    const timer = setTimeout(drop, answerMs, used)
    try {
      const { rows } = await used.query({ ...statement, values: values as unknown[], rowMode: 'array' })
      return rows
    } catch (error) {
      if (!isConnectionLost(error) && client === used) throw error
      drop(used)
      throw new ConnectionLost('unknown', error)
    } finally {
      clearTimeout(timer)
    }
  }

  const run = (statement: Statement, values: readonly unknown[]): Promise<unknown[][]> => {
    const result = tail.then(() => execute(statement, values))
    tail = result.catch(() => {})
    return result
  }

  return {
    name,
    get alive() {
      return client !== undefined
    },
    run,
    ready: () => connecting,
    onReconnect: (listener) => void reconnected.push(listener),
    listen: async (channel, listener) => {
      if (!/^[a-z_]+$/.test(channel)) throw new Error(`not a channel: ${channel}`)
      channels.set(channel, listener)
      if (client) await run({ name: `listen ${channel}`, text: `listen ${channel}` }, [])
    },
    close: async () => {
      closing.abort()
      await tail
      await connecting
      const last = client
      client = undefined
      await last?.end()
    },
  }
}
