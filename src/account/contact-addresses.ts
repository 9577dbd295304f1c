import { type NumberProfile, parseNumber } from '../domain/number/parse.ts'
import { parseRecipient, splitPhones } from '../domain/number/recipient.ts'
import { Refusal } from '../domain/refusal.ts'

/** Of one request. */
export const ADDRESSES_MAX = 1_000

/** Numbers and e-mail addresses as a customer wrote them, lists with any separator; undefined: not given. */
export interface WrittenAddresses {
  readonly phones: string | undefined
  readonly mails: string | undefined
}

export interface ReadAddresses {
  /** As they are stored, each once, in their order; e-mail addresses in small letters, for all of a name's spellings are one box. */
  readonly good: readonly string[]
  /** Some were no numbers or no addresses. */
  readonly someBad: boolean
}

/** Reads the lists. Refuses with bad_request when nothing stands in them, or more than 1000 entries. */
export function readAddresses({ phones, mails }: WrittenAddresses, profile: NumberProfile): ReadAddresses {
  const numbers = splitPhones(phones?.replace(/[|/\t]/g, ',') ?? '')
  const others = (mails ?? '').split(/[\s,;|]+/).filter((entry) => entry !== '')
  const count = numbers.length + others.length
  if (count === 0 || count > ADDRESSES_MAX) throw new Refusal('bad_request', { field: 'phone', most: ADDRESSES_MAX })

  const good = new Set<string>()
  let someBad = false
  for (const number of numbers) {
    const parsed = parseNumber(number, profile)
    if ('number' in parsed) good.add(parsed.number)
    else someBad = true
  }
  for (const mail of others) {
    const parsed = parseRecipient(mail, 'mail', profile)
    if ('to' in parsed && !('problem' in parsed)) good.add(parsed.to.toLowerCase())
    else someBad = true
  }
  return { good: [...good], someBad }
}

/** For what is to be stored: one bad entry refuses all of them (denied). */
export function addressesToStore(written: WrittenAddresses, profile: NumberProfile): readonly string[] {
  const { good, someBad } = readAddresses(written, profile)
  if (someBad) throw new Refusal('denied', { field: 'phone' })
  return good
}

/** For what is looked up: nobody has a bad one. Refuses with not_found when no other is left. */
export function addressesToFind(written: WrittenAddresses, profile: NumberProfile): readonly string[] {
  const { good } = readAddresses(written, profile)
  if (good.length === 0) throw new Refusal('not_found')
  return good
}
