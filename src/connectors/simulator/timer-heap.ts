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

/**
 * A binary heap in which the earliest comes first, and of equals the one that was pushed first.
 * Three arrays side by side: an object per entry would live long enough to be a burden to the garbage collector.
 */
export function createHeap<Task>(): Heap<Task> {
  const times: number[] = []
  const orders: number[] = []
  const tasks: Task[] = []
  let pushed = 0

  const isBefore = (atMs: number, order: number, index: number): boolean => {
    const otherMs = times[index] ?? Number.POSITIVE_INFINITY
    return atMs < otherMs || (atMs === otherMs && order < (orders[index] ?? 0))
  }

  function put(index: number, atMs: number, order: number, task: Task): void {
    times[index] = atMs
    orders[index] = order
    tasks[index] = task
  }

  const copy = (to: number, from: number): void => put(to, times[from] as number, orders[from] as number, tasks[from] as Task)

  function rise(index: number, atMs: number, order: number, task: Task): void {
    let at = index
    for (let parent = (at - 1) >> 1; at > 0 && isBefore(atMs, order, parent); parent = (at - 1) >> 1) {
      copy(at, parent)
      at = parent
    }
    put(at, atMs, order, task)
  }

  function sink(atMs: number, order: number, task: Task): void {
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      if (left >= times.length) break
      const right = left + 1
      const rightIsFirst = right < times.length && isBefore(times[right] as number, orders[right] as number, left)
      const child = rightIsFirst ? right : left
      if (isBefore(atMs, order, child)) break
      copy(at, child)
      at = child
    }
    put(at, atMs, order, task)
  }

  function takeFirst(): Task {
    const first = tasks[0] as Task
    const atMs = times.pop() as number
    const order = orders.pop() as number
    const task = tasks.pop() as Task
    if (times.length > 0) sink(atMs, order, task)
    return first
  }

  return {
    push: (atMs, task) => rise(times.length, atMs, pushed++, task),

    takeDue(nowMs) {
      const due: Task[] = []
      while (times[0] !== undefined && times[0] <= nowMs) due.push(takeFirst())
      return due
    },

    nextMs: () => times[0] ?? Number.POSITIVE_INFINITY,
    get size() {
      return times.length
    },
    clear() {
      times.length = 0
      orders.length = 0
      tasks.length = 0
    },
  }
}
