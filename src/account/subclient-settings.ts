import type { AccountSettings } from '../domain/account.ts'
import { withHandler } from './handler-url.ts'
import { asChange, readSettings, type SettingValues } from './settings.ts'

/** What a main account may set of a sub-client, by the names of the SMSC API (users.php, parameters), in the order they are listed. */
export const SUBCLIENT_SETTINGS = [
  ...['email', 'email2', 'phone', 'phone2', 'fio', 'props', 'cntr', 'mintrf', 'tz', 'sender', 'sender2', 'nb', 'ktm', 'fmts'],
  ...['notes', 'ph', 'dlim', 'plim', 'tlim', 'ilim', 'tmlim', 'vld', 'url', 'answ', 'answ_call', 'mph', 'mh1', 'mh2', 'mlen'],
] as const

export const SUBCLIENT_FLAGS = [
  ...[1, 2, 5, 6, 8, 9, 10, 11, 16, 23, 26, 27, 28, 29, 30].map((bit) => `fl[${bit}]`),
  ...[1, 4, 8, 9, 10, 12, 13, 15, 16, 23, 24, 27].map((bit) => `fl2[${bit}]`),
  'fl3[20]',
  ...[0, 1, 2, 3, 4, 5, 6].map((bit) => `mfl[${bit}]`),
]

/** Index of a time zone of users.php: hours from GMT, 12 more. */
const GMT = 12

export const tzOf = (utcOffsetMinutes: number): number => Math.round(utcOffsetMinutes / 60) + GMT

/** Minutes from UTC; without an index those of `otherwise`. */
export const offsetOfTz = (tz: string | number | undefined, otherwise: number): number =>
  tz === undefined ? otherwise : (Number(tz) - GMT) * 60

/** Settings as they are stored; two of them have a place of their own. Rejects a whole change for one bad value. `clock`: without one of its own. */
export function readSubclientSettings(
  { current, clock, loopbackHandlers }: { current: AccountSettings; clock: number; loopbackHandlers: boolean },
  values: SettingValues,
) {
  const read = new Map(readSettings(values))
  withHandler(current, read, loopbackHandlers)
  const utcOffsetMinutes = read.has('tz') ? offsetOfTz(read.get('tz'), clock) : undefined
  const blocked = read.has('fl2[10]') ? read.get('fl2[10]') === 1 : undefined
  read.delete('tz')
  read.delete('fl2[10]')
  return { ...asChange(read), blocked, utcOffsetMinutes }
}
