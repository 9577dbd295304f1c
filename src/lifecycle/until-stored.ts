import { sleep } from '../clock.ts'
import { log } from '../log.ts'

/** Errors that no waiting mends: data the store cannot hold (class 22, 23), or a statement it does not understand. */
export const isPermanent = (error: unknown): boolean =>
  error instanceof RangeError || /^(22|23|42)/.test((error as { code?: string }).code ?? '')

/** What was decided stays decided: tries until the store is back. Rejects only with a permanent error. */
export async function untilStored<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (isPermanent(error)) throw error
      if (attempt % 20 === 0) log.warn('waiting for the store', { reason: (error as Error).message })
      await sleep(Math.min(1000, 50 * 2 ** Math.min(attempt, 5)))
    }
  }
}
