/** A request that waits for its response. The window notes when it was sent. */
export interface Sent {
  sentAt: number
}

/**
 * The requests of ours that the peer has not answered, by sequence number. All have the same time to be answered in, so
 * the order they were sent in is the order they expire in, and one look at the oldest is all that a timer needs.
 */
export interface Window<T extends Sent> {
  readonly size: () => number
  has(sequence: number): boolean
  add(sequence: number, request: T, now: number): void
  peek(sequence: number): T | undefined
  /** The request with this number, which is answered now; undefined when there is none (any more). */
  take(sequence: number): T | undefined
  /** Takes all that were sent before, oldest first. */
  takeSentBefore(time: number): T[]
  /** Takes all, oldest first. */
  takeAll(): T[]
}

export function createWindow<T extends Sent>(): Window<T> {
  const unanswered = new Map<number, T>() // a Map keeps the order of insertion

  return {
    size: () => unanswered.size,
    has: (sequence) => unanswered.has(sequence),

    add(sequence, request, now) {
      request.sentAt = now
      unanswered.set(sequence, request)
    },

    peek: (sequence) => unanswered.get(sequence),

    take(sequence) {
      const request = unanswered.get(sequence)
      if (request !== undefined) unanswered.delete(sequence)
      return request
    },

    takeSentBefore(time) {
      const expired: T[] = []
      for (const [sequence, request] of unanswered) {
        if (request.sentAt >= time) break
        unanswered.delete(sequence)
        expired.push(request)
      }
      return expired
    },

    takeAll() {
      const all = [...unanswered.values()]
      unanswered.clear()
      return all
    },
  }
}
