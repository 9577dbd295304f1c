import { readDestinations } from '../domain/destinations.ts'
import { formatMoney, parseMoney } from '../domain/money.ts'
import { parseSender } from '../domain/sender.ts'
import { SENDER_MODES } from '../domain/sender-rules.ts'
import { readHours } from '../domain/sending-hours.ts'

/** What a text must be to be the value of a setting; `read` gives it as it is stored, undefined: it is not that. */
export interface TextRule {
  readonly must: string
  readonly read: (text: string) => string | undefined
}

const PHONES_MAX = 50

const asWritten = (fits: (text: string) => boolean) => (text: string) => (fits(text.trim()) ? text.trim() : undefined)

const isMail = (text: string): boolean => text.length <= 254 && /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>.]+$/.test(text)

const isPhone = (text: string): boolean =>
  /^\+?[\d\s()-]+$/.test(text) && text.replace(/\D/g, '').length >= 7 && text.replace(/\D/g, '').length <= 15

const isSender = (text: string): boolean => isMail(text) || !('problem' in parseSender(text))

/** Phones, and groups as G<number>, with commas between them. */
function phoneList(text: string): string | undefined {
  const entries = text
    .split(/[,;]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  const fit = entries.length <= PHONES_MAX && entries.every((entry) => /^G\d{1,9}$/i.test(entry) || isPhone(entry))
  return fit ? entries.join(',') : undefined
}

function hours(text: string): string | undefined {
  const read = readHours(text)
  return 'problem' in read ? undefined : `${read.fromHour}-${read.toHour}`
}

function money(text: string): string | undefined {
  const amount = parseMoney(text.trim())
  return typeof amount === 'bigint' && amount >= 0n ? formatMoney(amount) : undefined
}

const MAIL: TextRule = { must: 'an e-mail address, as alex@example.com', read: asWritten(isMail) }
const PHONE: TextRule = { must: 'a phone number with its country code, as 79161234567', read: asWritten(isPhone) }
const PHONES: TextRule = { must: `at most ${PHONES_MAX} phones or groups (G1) with commas between them`, read: phoneList }
const SENDER: TextRule = {
  must: 'a sender name: at most 11 Latin letters, digits and symbols, or at most 15 digits',
  read: asWritten(isSender),
}

/** Settings whose text is more than any text. */
export const TEXT_RULES: Readonly<Record<string, TextRule>> = {
  email: MAIL,
  email2: MAIL,
  phone: PHONE,
  phone2: PHONE,
  ph: PHONES,
  mph: PHONES,
  sender: SENDER,
  sender2: SENDER,
  fmts: {
    must: 'codes with commas between them, a minus in front of those that are excluded, as 7,-77',
    read: asWritten((text) => !('problem' in (readDestinations(text) ?? {}))),
  },
  tmlim: { must: 'two whole hours from 0 to 24, as 9-22; 22-6 is over midnight, 0-24 is always', read: hours },
  nb: { must: 'an amount of money from 0', read: money },
  senders: { must: `one of ${SENDER_MODES.join(', ')}`, read: (text) => SENDER_MODES.find((mode) => mode === text.trim()) },
  sender_fee: { must: 'an amount of money from 0', read: money },
}

/** The lowest and the highest of settings that are whole numbers; of the others 0 and 999,999,999. */
export const WHOLE_RANGES: Readonly<Record<string, readonly [lowest: number, highest: number]>> = {
  tz: [0, 24],
  mh1: [0, 24],
  mh2: [0, 24],
  mlen: [0, 10_000],
  ktm: [0, 3_660],
  vld: [0, 43_200], // 30 days
}
