import { compilePrefixes } from './number/longest-prefix.ts'

/** Whether a number may be sent to. Anything but a number (an address, `@name`) always may. */
export type Destinations = (to: string) => boolean

const CODES_MAX = 500

/**
 * Reads a list of codes (SMSC API, users.php, fmts): prefixes with commas between them, a minus excludes, and the longest that a
 * number begins with decides. Where nothing is named but exceptions, everything else is allowed. Empty: everything is, undefined.
 */
export function readDestinations(list: string): Destinations | undefined | { readonly problem: 'bad_list' } {
  const codes = list
    .split(/[,;]/)
    .map((code) => code.trim())
    .filter((code) => code !== '')
  if (codes.length === 0) return undefined
  if (codes.length > CODES_MAX || !codes.every((code) => /^-?\+?\d{1,15}$/.test(code))) return { problem: 'bad_list' }
  const allowed = compilePrefixes(codes.map((code) => [code.replace(/^-?\+?/, ''), !code.startsWith('-')] as const))
  const otherwise = codes.every((code) => code.startsWith('-'))
  return (to) => (/^\d/.test(to) ? (allowed(to) ?? otherwise) : true)
}
