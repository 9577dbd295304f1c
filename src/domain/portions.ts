/** How a mailing is spread over time: equal portions, one every so many minutes. */
export interface Portions {
  readonly count: number
  /** How long after the beginning the recipient with this index (from 0) is sent to, in ms. */
  offsetMs(index: number): number
}

export interface Pace {
  readonly periodHours: number
  readonly freqMinutes: number
}

/** Without `freq`, a portion an hour. */
const FREQ_DEFAULT_MINUTES = 60

/**
 * Reads `period` (0.1-720 hours) and `freq` (1-1440 minutes) of the SMSC API. Undefined without a period: everything goes at once,
 * and `freq` says nothing.
 */
export function parsePace(period: string, freq: string): Pace | undefined | { readonly problem: 'bad_pace' } {
  if (period.trim() === '' || Number(period) === 0) return undefined
  const periodHours = DECIMAL.test(period.trim()) ? Number(period.trim().replace(',', '.')) : Number.NaN
  const freqMinutes = freq.trim() === '' ? FREQ_DEFAULT_MINUTES : WHOLE.test(freq.trim()) ? Number(freq) : Number.NaN
  const readable = periodHours >= 0.1 && periodHours <= 720 && freqMinutes >= 1 && freqMinutes <= 1440
  return readable ? { periodHours, freqMinutes } : { problem: 'bad_pace' }
}

const DECIMAL = /^\d{1,3}(?:[.,]\d{1,4})?$/
const WHOLE = /^\d{1,4}$/

/**
 * Spreads `recipients` over the period: ceil(period / freq) portions, whose sizes differ by one at most; the first goes at once.
 * With fewer recipients than portions, each goes alone.
 *
 *     portions(100, { periodHours: 1, freqMinutes: 15 })  // 4 portions of 25: at 0, 15, 30 and 45 minutes
 */
export function portions(recipients: number, { periodHours, freqMinutes }: Pace): Portions {
  // Whole seconds, since 1.1 * 60 is a little more than 66.
  const planned = Math.max(1, Math.ceil(Math.round(periodHours * 3600) / (freqMinutes * 60)))
  const count = Math.max(1, Math.min(planned, recipients))
  return { count, offsetMs: (index) => Math.floor((index * count) / Math.max(1, recipients)) * freqMinutes * 60_000 }
}
