import { Refusal } from '../domain/refusal.ts'

/** Of one kind of question at most so many are asked at once, and so many wait. */
const TOGETHER_MAX = 500
const WAITING_MAX = 20_000

interface Waiting<Q, A> {
  readonly question: Q
  readonly resolve: (answer: A) => void
  readonly reject: (error: unknown) => void
}

/**
 * Questions that come one by one are answered together: those of one turn of the event loop, and what comes while an answer is
 * under way, which is the next. `ask` answers in order. Rejects with the Refusal `overloaded` when too many wait.
 */
export function gather<Q, A>(ask: (questions: readonly Q[]) => Promise<readonly A[]>): (question: Q) => Promise<A> {
  const waiting: Waiting<Q, A>[] = []
  let running = false

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const taken = waiting.splice(0, TOGETHER_MAX)
      try {
        const answers = await ask(taken.map(({ question }) => question))
        for (const [at, { resolve }] of taken.entries()) resolve(answers[at] as A)
      } catch (error) {
        for (const { reject } of taken) reject(error)
      }
    }
    running = false
  }

  return (question) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= WAITING_MAX) {
        reject(new Refusal('overloaded'))
        return
      }
      waiting.push({ question, resolve, reject })
      if (running) return
      running = true
      setImmediate(() => void run())
    })
}
