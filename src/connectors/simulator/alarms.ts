import type { TimerHeap } from './timer-heap.ts'

/** Things of which one at a time is enough: asked for again, the earlier moment counts. */
export function createAlarms(timers: TimerHeap<() => void>): (name: string, atMs: number, act: () => void) => void {
  const setFor = new Map<string, number>()
  return (name, atMs, act) => {
    if (atMs >= (setFor.get(name) ?? Number.POSITIVE_INFINITY)) return
    setFor.set(name, atMs)
    timers.push(atMs, () => {
      setFor.delete(name)
      act()
    })
  }
}
