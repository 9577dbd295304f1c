import { sleep } from '../clock.ts'
import { log } from '../log.ts'

/** Does something again and again, with a pause between, until it is stopped. A failure is logged, unless `failed` sees to it. */
export function regularly(ms: number, work: () => Promise<void>, failed: (error: Error) => boolean): { stop(): Promise<void> } {
  const ending = new AbortController()
  const loop = (async () => {
    while (!ending.signal.aborted) {
      await sleep(ms, ending.signal)
      if (ending.signal.aborted) return
      await work().catch((error: Error) => {
        if (!failed(error)) log.warn('a regular task failed', { reason: error.message })
      })
    }
  })()
  return {
    stop() {
      ending.abort()
      return loop
    },
  }
}
