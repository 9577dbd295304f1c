/** How long a carrier may try, when the request does not say. */
export const VALID_DEFAULT_MINUTES = 24 * 60

/**
 * Reads `valid` (SMSC API) as minutes: whole hours from 1, or `hh:mm` from 00:01, up to `maxHours`; `:mm` has no hours.
 * Empty is 24 hours, or `maxHours` when that is less.
 */
export function parseValid(text: string, maxHours = 24): number | { readonly problem: 'bad_validity' } {
  const trimmed = text.trim()
  if (trimmed === '') return Math.min(VALID_DEFAULT_MINUTES, maxHours * 60)
  const [, hours, clockHours, clockMinutes] = VALID.exec(trimmed) ?? []
  const minutes = hours === undefined ? Number(clockHours ?? Number.NaN) * 60 + Number(clockMinutes) : Number(hours) * 60
  return minutes >= 1 && minutes <= maxHours * 60 ? minutes : { problem: 'bad_validity' }
}

const VALID = /^(?:(\d{1,3})|(\d{0,3}):([0-5]?\d))$/
