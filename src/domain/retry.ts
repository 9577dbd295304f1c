/** Pause before another attempt, growing with each: 5 s, 10 s, 20 s … at most 5 minutes. Milliseconds. */
export const retryPauseMs = (attempts: number): number => Math.min(300_000, 5_000 * 2 ** Math.min(attempts, 6))

/**
 * What to do with a message that was sent and never answered. Transactional texts are sent once more and marked,
 * because a code that never comes is worse than two; bulk is held. The carrier's setting overrides both.
 */
export function onUnknown(setting: 'auto' | 'hold' | 'resend', lane: number, duplicates: number): 'hold' | 'resend' {
  if (duplicates > 0) return 'hold'
  if (setting !== 'auto') return setting
  return lane === BULK ? 'hold' : 'resend'
}

const BULK = 2
