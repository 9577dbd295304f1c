import { type NumberProfile, parseNumber } from './parse.ts'

/**
 * Who wrote, or called, and which number he wrote to, as it is stored: a whole number in E.164 without `+`, however the carrier writes
 * it; short numbers as their digits, and names as they are. A `+` says that the country's code stands in front, unless no country has it.
 *
 *     handsetAddress('+79161234567', 'russia')  // 79161234567, as 89161234567 and 9161234567 are
 *     handsetAddress('4321', 'russia')          // 4321
 *     handsetAddress('Bank', 'russia')          // Bank
 */
export function handsetAddress(written: string, profile: NumberProfile): string {
  const address = written.trim()
  if (!/^\+?\d+$/.test(address)) return address
  const parsed = parseNumber(address, profile)
  if ('number' in parsed) return parsed.number
  const digits = address.replace('+', '')
  const national = parseNumber(digits, profile)
  return 'number' in national ? national.number : digits
}
