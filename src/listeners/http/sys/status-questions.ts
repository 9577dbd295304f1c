import { type NumberProfile, parseNumber } from '../../../domain/number/parse.ts'
import { splitPhones } from '../../../domain/number/recipient.ts'
import type { MessageQuestion } from '../../../lifecycle/report.ts'
import { malformed } from '../fields.ts'
import type { Params } from '../params.ts'
import { parseRef } from './ref.ts'

/** Pairs of one request. */
export const QUESTIONS_MAX = 1000

export interface Questions {
  readonly questions: readonly MessageQuestion[]
  /** The numbers as they were asked for, which the rows of a list say again. */
  readonly phones: readonly string[]
  /** The answer is a list, also when one message is asked for: a comma in `id` is enough. */
  readonly many: boolean
}

/**
 * Reads `phone` and `id`: one pair, or two lists in the same order. A single number stands for all ids and a single id for all numbers,
 * as the numbers of one request share their id. Refuses with bad_request lists that do not match.
 */
export function readQuestions(params: Params, profile: NumberProfile): Questions {
  const written = params.text('id') ?? ''
  const refs = written
    .split(',')
    .map((ref) => ref.trim())
    .filter((ref) => ref !== '')
  const phones = splitPhones(params.text('phone') ?? '')
  const count = Math.max(refs.length, phones.length)
  if (refs.length === 0 || (refs.length !== count && refs.length !== 1) || count > QUESTIONS_MAX) throw malformed('id')
  if (phones.length === 0 || (phones.length !== count && phones.length !== 1)) throw malformed('phone')

  const asked = Array.from({ length: count }, (_, at) => phones[phones.length === 1 ? 0 : at] ?? '')
  const questions = asked.map((phone, at): MessageQuestion => {
    const ref = parseRef(refs[refs.length === 1 ? 0 : at] ?? '')
    if (ref === undefined) throw malformed('id')
    return { ref, phone: recipientOf(phone, profile) }
  })
  return { questions, phones: asked.map(echoOf), many: count > 1 || written.includes(',') }
}

/** Recorded of the original in 2021: asked for `89995190557` it says `89995190557`, and no plus sign; programs look for their own spelling. */
const echoOf = (phone: string): string => (/[@#]/.test(phone) ? phone : phone.replace(/\D/g, '') || phone)

/** As `accept` stored it: corrected where it can be a number, its digits where it can't, an address or name as it is. */
export function recipientOf(phone: string, profile: NumberProfile): string {
  if (/^[@#]/.test(phone)) return phone
  const at = phone.lastIndexOf('@')
  if (at > 0) return phone.slice(0, at) + phone.slice(at).toLowerCase()
  const parsed = parseNumber(phone, profile)
  return 'number' in parsed ? parsed.number : parsed.digits || phone
}
