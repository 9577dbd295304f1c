import { epochMs } from './epoch.ts'

export const SLOT_MS = 100

/** How many events fell into each tenth of a second. */
export interface Timeline {
  readonly startedAtMs: number // Unix ms
  readonly lastAtMs: number
  readonly total: number
  readonly slots: readonly number[]
}

export function createTimeline() {
  const startedAtMs = epochMs()
  const slots: number[] = []
  let lastAtMs = startedAtMs
  let total = 0

  return {
    add(count: number, atMs: number): void {
      const slot = Math.max(0, Math.floor((atMs - startedAtMs) / SLOT_MS))
      while (slots.length <= slot) slots.push(0)
      slots[slot] = (slots[slot] ?? 0) + count
      lastAtMs = atMs
      total += count
    },
    read: (): Timeline => ({ startedAtMs, lastAtMs, total, slots: [...slots] }),
  }
}

/** Events per second in the middle of a run: without its first 20 % and its last 15 %. 0 when it was too short to say. */
export function steadyRate({ slots }: Timeline): number {
  const first = slots.findIndex((count) => count > 0)
  const length = slots.length - first
  if (first < 0 || length < 10) return 0
  const middle = slots.slice(first + Math.ceil(length * 0.2), first + Math.floor(length * 0.85))
  const sum = middle.reduce((total, count) => total + count, 0)
  return (sum * 1_000) / (middle.length * SLOT_MS)
}
