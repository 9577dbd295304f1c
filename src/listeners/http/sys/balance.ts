import type { ReadBalance } from '../../../account/account.ts'
import { formatBalance, formatMoney } from '../../../domain/money.ts'
import { Refusal } from '../../../domain/refusal.ts'
import { type Members, print, type Shape } from '../answer.ts'
import type { Handler } from '../call.ts'
import { BALANCE_ERRORS } from '../errors.ts'
import { readFlag } from '../fields.ts'
import { createScript, type ScriptServices } from '../script.ts'
import { COMMON_PARAMETERS, type Parameter } from './parameters.ts'

/** Every parameter of balance.php, as docs/api/balance.md lists them. */
export const PARAMETERS = [
  ...COMMON_PARAMETERS,
  { name: 'cur', meaning: '1: tell the currency too', ru: '1 – сообщить и валюту' },
] as const satisfies readonly Parameter[]

export interface BalanceServices extends ScriptServices {
  readonly readBalance: ReadBalance
}

interface Balance {
  readonly balance: string
  readonly credit: string | undefined
  readonly currency: string | undefined
}

/** balance.php: what the account may spend, rounded down. */
export function createBalance(services: BalanceServices): Handler {
  const { readBalance, limits } = services
  return createScript({
    ...services,
    name: 'balance',
    errors: BALANCE_ERRORS,
    run: async ({ params, fmt, account }) => {
      const withCurrency = readFlag(params, 'cur')
      if (!limits.allow(account, 'balance', '')) throw new Refusal('duplicate')
      const { balance, credit, currency } = await readBalance(account)
      const answer: Balance = {
        balance: formatBalance(balance),
        credit: credit === 0n ? undefined : formatMoney(credit),
        currency: withCurrency ? currency : undefined,
      }
      return print(BALANCE, answer, fmt)
    },
  })
}

/** SMSC API, answers of balance.php. The lines have no credit: the original's own library takes a second value for an error. */
const BALANCE: Shape<Balance> = {
  element: 'result',
  list: 'list',
  bareWhenAlone: true,
  members: ({ balance, credit, currency }) => {
    const members: Members[number][] = [['balance', balance]]
    if (credit !== undefined) members.push(['credit', credit])
    if (currency !== undefined) members.push(['currency', currency])
    return members
  },
  text: line,
  commas: line,
}

function line({ balance, currency }: Balance): string {
  return currency === undefined ? balance : `${balance},${currency}`
}
