/** First in, first out, without moving what waits. */
export interface Fifo<T> {
  readonly size: () => number
  push(item: T): void
  shift(): T | undefined
  takeAll(): T[]
}

const COMPACT_AT = 1_024

export function createFifo<T>(): Fifo<T> {
  let items: T[] = []
  let head = 0

  return {
    size: () => items.length - head,
    push: (item) => void items.push(item),

    shift() {
      if (head === items.length) return undefined
      const item = items[head++]
      if (head === items.length) {
        items = []
        head = 0
      } else if (head >= COMPACT_AT && head * 2 > items.length) {
        items = items.slice(head)
        head = 0
      }
      return item
    },

    takeAll() {
      const all = items.slice(head)
      items = []
      head = 0
      return all
    },
  }
}
