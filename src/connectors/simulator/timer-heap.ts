import { monotonic } from '../../clock.ts'

/**
 * Many things to do later behind one timer. A `setTimeout` per message would cost more than the rest of the simulator:
 * here a message costs a push and a pop of a binary heap, and whatever is due in one turn comes out as one batch.
 */
export interface TimerHeap<Task> {
  /** `atMs` is on the monotonic clock. Tasks of the same instant come out in the order they were pushed. */
  push(atMs: number, task: Task): void
  readonly size: number
  /** Forgets everything and stops the timer. */
  clear(): void
}

export function startTimerHeap<Task>(onDue: (tasks: Task[]) => void): TimerHeap<Task> {
  const heap = createHeap<Task>()
  let timer: NodeJS.Timeout | undefined
  let armedForMs = Number.POSITIVE_INFINITY

  function arm(): void {
    const nextMs = heap.nextMs()
    if (nextMs >= armedForMs) return
    clearTimeout(timer)
    armedForMs = nextMs
    // Node fires a timer of more than 2^31 ms at once, so what is that far away is waited for in steps.
    timer = setTimeout(fire, Math.min(Math.ceil(nextMs - monotonic()), TIMER_MS_MAX))
  }

  function fire(): void {
    armedForMs = Number.POSITIVE_INFINITY
    const due = heap.takeDue(monotonic())
    arm()
    if (due.length > 0) onDue(due)
  }

  return {
    push(atMs, task) {
      heap.push(atMs, task)
      arm()
    },
    get size() {
      return heap.size
    },
    clear() {
      clearTimeout(timer)
      armedForMs = Number.POSITIVE_INFINITY
      heap.clear()
    },
  }
}

const TIMER_MS_MAX = 2 ** 30 // 12 days

export interface Heap<Task> {
  push(atMs: number, task: Task): void
  /** Everything due by then, earliest first. */
  takeDue(nowMs: number): Task[]
  /** When the earliest is due; infinity when there is none. */
  nextMs(): number
  readonly size: number
  clear(): void
}

/** A binary heap in which the earliest comes first, and of equals the one that was pushed first. */
export function createHeap<Task>(): Heap<Task> {
  interface Entry {
    readonly atMs: number
    readonly order: number
    readonly task: Task
  }
  const entries: Entry[] = []
  let pushed = 0

  const isBefore = (a: Entry, b: Entry): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)

  function rise(entry: Entry): void {
    let index = entries.length
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = entries[parentIndex]
      if (parent === undefined || !isBefore(entry, parent)) break
      entries[index] = parent
      index = parentIndex
    }
    entries[index] = entry
  }

  function sink(entry: Entry): void {
    let index = 0
    for (;;) {
      const left = entries[2 * index + 1]
      if (left === undefined) break
      const right = entries[2 * index + 2]
      const rightIsFirst = right !== undefined && isBefore(right, left)
      const child = rightIsFirst ? right : left
      if (!isBefore(child, entry)) break
      entries[index] = child
      index = 2 * index + (rightIsFirst ? 2 : 1)
    }
    entries[index] = entry
  }

  return {
    push: (atMs, task) => rise({ atMs, order: pushed++, task }),

    takeDue(nowMs) {
      const due: Task[] = []
      for (let first = entries[0]; first !== undefined && first.atMs <= nowMs; first = entries[0]) {
        due.push(first.task)
        const last = entries.pop()
        if (last !== undefined && entries.length > 0) sink(last)
      }
      return due
    },

    nextMs: () => entries[0]?.atMs ?? Number.POSITIVE_INFINITY,
    get size() {
      return entries.length
    },
    clear() {
      entries.length = 0
    },
  }
}
