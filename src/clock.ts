/** The two clocks (core: rates, windows and timers run on the monotonic one; dates are Unix ms). */

export const now = (): number => Date.now()

/** Milliseconds that never go back; their zero means nothing. */
export const monotonic = (): number => performance.now()

export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
  })
