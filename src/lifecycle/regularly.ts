import { sleep } from '../clock.ts'
import { log } from '../log.ts'

/**
 * Does something again and again, with a pause between, until it is stopped. A failure is logged, unless `failed` sees to it;
 * one that stays the same is told once, and not every few seconds while the store is away.
 */
export function regularly(ms: number, work: () => Promise<void>, failed: (error: Error) => boolean): { stop(): Promise<void> } {
  const ending = new AbortController()
  let problem = ''
  const loop = (async () => {
    while (!ending.signal.aborted) {
      await sleep(ms, ending.signal)
      if (ending.signal.aborted) return
      try {
        await work()
        problem = ''
      } catch (error) {
        const { message } = error as Error
        if (!failed(error as Error) && message !== problem) log.warn('a regular task failed', { reason: message })
        problem = message
      }
    }
  })()
  return {
    stop() {
      ending.abort()
      return loop
    },
  }
}
