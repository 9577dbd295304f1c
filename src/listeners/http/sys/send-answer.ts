import { formatBalance, formatMoney, type MoneyStyle } from '../../../domain/money.ts'
import type { Accepted, Estimate, RecipientOutcome } from '../../../lifecycle/request.ts'
import type { Members, Shape } from '../answer.ts'

/** What a request asks to be told, beyond that it was taken. */
export interface Wanted {
  readonly cost: 0 | 1 | 2 | 3
  readonly op: boolean // all numbers
  readonly err: boolean // the refused ones
  /** Virtual sending: nothing has a price, so the numbers have no `cost`. */
  readonly free: boolean
  readonly moneyStyle: MoneyStyle
}

interface Phone {
  readonly phone: string
  readonly mccmnc: string
  readonly cost: string | undefined
  /** Only of a refused number. */
  readonly refused: { readonly status: string; readonly error: string } | undefined
}

interface Sent {
  readonly id: number | string
  readonly cnt: number
  readonly cost: string | undefined
  readonly balance: string | undefined
  /** Of a call that tells a code. */
  readonly code: string | undefined
  readonly phones: readonly Phone[]
}

type Priced = Omit<Sent, 'id' | 'balance' | 'cost' | 'code'> & { readonly cost: string }

export const sentAnswer = ({ ref, parts, price, balance, recipients }: Accepted, wanted: Wanted, code?: string): Sent => ({
  id: ref,
  cnt: parts,
  cost: wanted.cost >= 2 ? money(price, wanted.moneyStyle) : undefined,
  balance: wanted.cost === 3 ? notBare(formatBalance(balance, wanted.moneyStyle)) : undefined,
  code,
  phones: phonesOf(recipients, wanted),
})

export const pricedAnswer = ({ parts, price, recipients }: Estimate, wanted: Wanted): Priced => ({
  cnt: parts,
  cost: money(price, wanted.moneyStyle),
  phones: phonesOf(recipients, wanted),
})

/** SMSC API, answers of send.php */
export const SENT: Shape<Sent> = {
  element: 'result',
  list: 'list',
  members: ({ id, cnt, cost, balance, code, phones }) => {
    const members: Members[number][] = [
      ['id', id],
      ['cnt', cnt],
    ]
    if (cost !== undefined) members.push(['cost', cost])
    if (balance !== undefined) members.push(['balance', balance])
    if (code !== undefined) members.push(['code', code])
    if (phones.length > 0) members.push(['phones', phones.map(phoneMembers)])
    return members
  },
  text: ({ id, cnt, cost, balance, code, phones }) => {
    const paid = cost === undefined ? '' : `, COST - ${cost}`
    const left = balance === undefined ? '' : `, BALANCE - ${balance}`
    const told = code === undefined ? '' : `, CODE - ${code}`
    return lines(`OK - ${cnt} SMS, ID - ${id}${paid}${left}${told}`, phones.map(phoneText))
  },
  commas: ({ id, cnt, cost, balance, code, phones }) => {
    const paid = cost === undefined ? '' : `,${cost}`
    const left = balance === undefined ? '' : `,${balance}`
    const told = code === undefined ? '' : `,${code}`
    return lines(`${id},${cnt}${paid}${left}${told}`, phones.map(phoneCommas))
  },
}

/** SMSC API, answers of send.php, cost=1 */
export const PRICED: Shape<Priced> = {
  element: 'result',
  list: 'list',
  members: ({ cost, cnt, phones }) => {
    const members: Members = [
      ['cost', cost],
      ['cnt', cnt],
    ]
    return phones.length > 0 ? [...members, ['phones', phones.map(phoneMembers)]] : members
  },
  text: ({ cost, cnt, phones }) => lines(`${cost} (${cnt} SMS)`, phones.map(phoneText)),
  commas: ({ cost, cnt, phones }) => lines(`${cost},${cnt}`, phones.map(phoneCommas)),
}

const NO_PHONES: readonly Phone[] = []

function phonesOf(recipients: readonly RecipientOutcome[], { op, err, free, moneyStyle }: Wanted): readonly Phone[] {
  if (!op && !err) return NO_PHONES
  const shown = op ? recipients : recipients.filter(({ status }) => status !== 0)
  return shown.map(({ phone, mccmnc, price, status, err: error }) => ({
    phone,
    mccmnc,
    cost: free ? undefined : money(price, moneyStyle),
    refused: status === 0 ? undefined : { status: String(status), error: String(error) },
  }))
}

function phoneMembers({ phone, mccmnc, cost, refused }: Phone): Members {
  const members: Members[number][] = [
    ['phone', phone],
    ['mccmnc', mccmnc],
  ]
  if (cost !== undefined) members.push(['cost', cost])
  if (refused) members.push(['status', refused.status], ['error', refused.error])
  return members
}

const phoneText = ({ phone, mccmnc, cost, refused }: Phone): string =>
  `${phone}: mccmnc = ${mccmnc}${cost === undefined ? '' : `, cost = ${cost}`}` +
  (refused ? `, status = ${refused.status}, error = ${refused.error}` : '')

const phoneCommas = ({ phone, mccmnc, cost, refused }: Phone): string =>
  `${phone},${mccmnc},${cost ?? ''},${refused?.status ?? ''},${refused?.error ?? ''}`

const lines = (first: string, others: readonly string[]): string => (others.length === 0 ? first : [first, ...others].join('\n'))

const money = (amount: bigint, style: MoneyStyle): string => notBare(formatMoney(amount, style))

/** The original trims zeros, `0.4`, but writes nothing as `0.00`. */
const notBare = (written: string): string => (written === '0' ? '0.00' : written)
