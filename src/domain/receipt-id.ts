import { foldId } from './receipt.ts'

/**
 * How a carrier writes one id in two places: in its answer to a message and in the receipt. Case and leading zeros
 * never matter (`foldId`); what matters beyond is described here, for proposals to the operator.
 */
export interface IdRelation {
  /** Of the receipt: `decimal` where the answer is hexadecimal, and the other way round. */
  readonly base: 'same' | 'decimal' | 'hex'
  /** What the receipt adds behind the id, beginning with the separator: `.1`; '' nothing. */
  readonly receiptTail: string
  /** The same of the answer. */
  readonly answerTail: string
  /** One of them has dashes or spaces inside that the other has not. */
  readonly punctuation: boolean
}

/** What the settings of a carrier say of its receipts' ids. */
export interface ReceiptIds {
  readonly receiptIds: 'auto' | 'decimal' | 'hex'
  /** An id in a receipt ends before the first of these characters; '': it is taken whole. */
  readonly receiptIdEndsAt: string
}

const TAIL = /^(.{4,}?)([^0-9A-Za-z].*)$/s
const LENGTH_MIN = 4 // a shorter id proves nothing by its beginning

/** Undefined: the ids have nothing in common that we know of. */
export function relationOf(answered: string, received: string): IdRelation | undefined {
  const [answer, receipt] = [foldId(answered), foldId(received)]
  if (answer === '' || receipt === '') return undefined
  const whole = baseOf(answer, receipt)
  if (whole) return relation(whole)
  const receiptCut = TAIL.exec(receipt)
  const cut = receiptCut && baseOf(answer, foldId(receiptCut[1] ?? ''))
  if (cut) return relation(cut, { receiptTail: receiptCut[2] ?? '' })
  const answerCut = TAIL.exec(answer)
  const other = answerCut && baseOf(foldId(answerCut[1] ?? ''), receipt)
  if (other) return relation(other, { answerTail: answerCut[2] ?? '' })
  const [bareAnswer, bareReceipt] = [bare(answer), bare(receipt)]
  return bareAnswer.length >= LENGTH_MIN && bareAnswer === bareReceipt ? relation('same', { punctuation: true }) : undefined
}

const relation = (base: IdRelation['base'], more: Partial<IdRelation> = {}): IdRelation => ({
  base,
  receiptTail: '',
  answerTail: '',
  punctuation: false,
  ...more,
})

const bare = (id: string): string => foldId(id.replace(/[^0-9A-Z]/g, ''))

/** Both folded. */
function baseOf(answer: string, receipt: string): IdRelation['base'] | undefined {
  if (answer === receipt) return 'same'
  if (toHex(receipt) === answer) return 'decimal'
  return fromHex(receipt) === answer ? 'hex' : undefined
}

/** A decimal number below 2^64, or one that was printed with a sign, in folded hexadecimal. */
const toHex = (decimal: string): string | undefined =>
  /^-?[0-9]{1,20}$/.test(decimal) ? BigInt.asUintN(64, BigInt(decimal)).toString(16).toUpperCase() : undefined

const fromHex = (hex: string): string | undefined => (/^[0-9A-F]{1,16}$/i.test(hex) ? BigInt(`0x${hex}`).toString() : undefined)

/**
 * The id of a receipt as its answer wrote it, by the carrier's settings. What does not fit them is left as it is.
 *
 *     answeredId('2713', { receiptIds: 'decimal', receiptIdEndsAt: '' })  // 'A99'
 */
export function answeredId(raw: string, { receiptIds, receiptIdEndsAt }: ReceiptIds): string {
  const id = receiptIdEndsAt === '' ? raw : cut(raw, receiptIdEndsAt)
  if (receiptIds === 'auto') return id
  const trimmed = id.trim()
  return (receiptIds === 'decimal' ? toHex(trimmed) : fromHex(trimmed)) ?? id
}

/** An id is never cut to nothing. */
function cut(raw: string, ends: string): string {
  for (let at = 1; at < raw.length; at++) if (ends.includes(raw[at] ?? '')) return raw.slice(0, at)
  return raw
}

/** The settings under which a receipt like this one finds its message by its id alone; undefined: there are none. */
export function settingsFor({ base, receiptTail, answerTail, punctuation }: IdRelation): Partial<ReceiptIds> | undefined {
  if (answerTail !== '' || punctuation) return undefined
  return {
    ...(base !== 'same' && { receiptIds: base }),
    ...(receiptTail !== '' && { receiptIdEndsAt: receiptTail.slice(0, 1) }),
  }
}

/** For people: `decimal in receipts, hexadecimal in answers`. */
export function describeRelation({ base, receiptTail, answerTail, punctuation }: IdRelation): string {
  const words = [
    ...(base === 'decimal' ? ['decimal in receipts, hexadecimal in answers'] : []),
    ...(base === 'hex' ? ['hexadecimal in receipts, decimal in answers'] : []),
    ...(receiptTail === '' ? [] : [`followed by "${receiptTail.slice(0, 20)}" in receipts`]),
    ...(answerTail === '' ? [] : [`followed by "${answerTail.slice(0, 20)}" in answers`]),
    ...(punctuation ? ['written with dashes or spaces in one place only'] : []),
  ]
  return words.length === 0 ? 'the same in answers and receipts' : words.join(', ')
}

/** Folded forms under which the message of a receipt may stand, beyond what receipts are looked up by. */
export function formsOf(received: string): string[] {
  const receipt = foldId(received)
  const ids = [receipt, foldId(TAIL.exec(receipt)?.[1] ?? ''), bare(receipt)]
  const forms = ids.flatMap((id) => [id, toHex(id), fromHex(id)])
  return [...new Set(forms.filter((form): form is string => form !== undefined && form !== ''))]
}
