import { setTimeout as pause } from 'node:timers/promises'

/** The machine may be busy with something else: nothing gives up before this. */
export const PATIENCE_MS = 60_000

/**
 * Asks again until `check` no longer throws, and resolves with what it returned. What we wait for happens in another
 * process, which can't call us. After a minute it throws what `check` complained of last. Give `assert.ok` a message: without one
 * Node parses the source file to make one up, each time, and that takes seconds.
 */
export async function eventually<T>(check: () => T | Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  const giveUp = performance.now() + patienceMs
  for (let waitMs = 5; ; waitMs = Math.min(waitMs * 1.5, 100)) {
    try {
      return await check()
    } catch (complaint) {
      if (performance.now() > giveUp) throw complaint
      await pause(waitMs)
    }
  }
}

/** Rejects when `promise` takes longer than `patienceMs`, naming what was waited for. */
export async function within<T>(promise: Promise<T>, what: string, patienceMs = PATIENCE_MS): Promise<T> {
  const alarm = new AbortController()
  const late = pause(patienceMs, undefined, { signal: alarm.signal }).then(() => {
    throw new Error(`waited ${patienceMs / 1000} s in vain for ${what}`)
  })
  late.catch(() => {})
  try {
    return await Promise.race([promise, late])
  } finally {
    alarm.abort()
  }
}
