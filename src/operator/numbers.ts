import { BASE_CURRENCY } from '../domain/currency.ts'
import { formatMoney, parseMoney } from '../domain/money.ts'
import { handsetAddress } from '../domain/number/handset-address.ts'
import type { NumberProfile } from '../domain/number/parse.ts'
import { Refusal } from '../domain/refusal.ts'
import { ownerOf } from '../store/accounts.ts'
import { addNumber, listNumbers, type NumberRow, priceNumber, removeNumber } from '../store/numbers.ts'
import type { Session } from '../store/session.ts'

export interface AddNumber {
  readonly number: string
  readonly account?: string // login: what subscribers write to it is the account's
  readonly shared?: boolean // of several accounts
  readonly price?: string // a month: accounts can rent it
}

/** The numbers subscribers write to, and whose they are. Messages that come from now on go by it. */
export const createNumbers = (session: Session, profile: NumberProfile) => ({
  list: (): Promise<NumberRow[]> => listNumbers(session),

  async add({ number: written, account: login, shared = false, price: asked }: AddNumber): Promise<NumberRow> {
    const number = asNumber(written, profile)
    const price = asked === undefined ? undefined : asPrice(asked)
    if (price !== undefined && (login !== undefined || shared)) {
      const reason = 'A number that can be rented is nobody’s yet, and not shared: leave --account and --shared out.'
      throw new Refusal('bad_request', { field: 'price', reason })
    }
    const account = login === undefined ? undefined : await ownerOf(session, login)
    if (login !== undefined && !account) {
      throw new Refusal('not_found', { field: 'account', reason: `There is no account '${login.slice(0, 64)}'.` })
    }
    if (!(await addNumber(session, number, { accountId: account?.id, shared, price }))) {
      throw new Refusal('duplicate', { field: 'number', reason: `The number ${number} is there already: remove it first.` })
    }
    return { number, account: account?.login, shared, price, paidUntilMs: undefined, prolong: true, calls: false }
  },

  /** What a month of it costs, or 'none': it can't be rented any more. Who rents it keeps it, at the new price from next month on. */
  async price(written: string, asked: string): Promise<void> {
    const number = asNumber(written, profile)
    if (!(await priceNumber(session, number, asked === 'none' ? undefined : asPrice(asked)))) {
      const reason = `There is no number ${number} that could be rented: heliogram number list.`
      throw new Refusal('not_found', { field: 'number', reason })
    }
  },

  async remove(written: string): Promise<void> {
    const number = asNumber(written, profile)
    if (!(await removeNumber(session, number))) {
      throw new Refusal('not_found', { field: 'number', reason: `There is no number ${number}.` })
    }
  },
})

export type Numbers = ReturnType<typeof createNumbers>

/** As messages that come to it have it. */
function asNumber(written: string, profile: NumberProfile): string {
  const number = handsetAddress(written, profile)
  if (!/^\d{2,15}$/.test(number)) {
    const reason = `'${written.slice(0, 30)}' is no number: write 2 to 15 digits, like 79161234567 or 1234.`
    throw new Refusal('bad_request', { field: 'number', reason })
  }
  return number
}

function asPrice(written: string): bigint {
  const price = parseMoney(written)
  if (typeof price === 'bigint' && price >= 0n) return price
  const reason = `'${written.slice(0, 30)}' is no price: write 250 or 99.50, in ${BASE_CURRENCY} a month.`
  throw new Refusal('bad_request', { field: 'price', reason })
}

export const presentNumber = ({ number, account, shared, price, paidUntilMs, prolong, calls }: NumberRow) => ({
  number,
  account: account ?? null,
  shared,
  price: price === undefined ? null : formatMoney(price),
  paid_until: paidUntilMs === undefined ? null : new Date(paidUntilMs).toISOString(),
  prolong,
  calls,
})
