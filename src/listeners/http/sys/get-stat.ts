import type { Limits } from '../../../account/account.ts'
import type { ReadStatistics, Statistics } from '../../../account/statistics.ts'
import { formatMoney } from '../../../domain/money.ts'
import { Refusal } from '../../../domain/refusal.ts'
import { printAll, type Shape } from '../answer.ts'
import { readDay, readFlag } from '../fields.ts'
import type { ScriptCall } from '../script.ts'
import type { Parameter } from './parameters.ts'

export const STATISTICS_PARAMETERS = [
  {
    name: 'mycur',
    meaning: '`get_stat`: in the current currency; an account has one, so nothing changes',
    ru: '`get_stat`: в текущей валюте; у клиента она одна, поэтому ничего не меняется',
    octetsMax: 10,
  },
  {
    name: 'balance2',
    meaning: '`get_stat`: 1 what was paid from the electronic purse; else from the main one',
    ru: '`get_stat`: 1 – оплаченное с электронного счёта, иначе – с основного',
    octetsMax: 10,
  },
] as const satisfies readonly Parameter[]

export interface StatisticsServices {
  readonly readStatistics: ReadStatistics
  readonly limits: Limits
}

/** get_stat: messages and money of some days. */
export const statisticsOf =
  ({ readStatistics, limits }: StatisticsServices) =>
  async ({ params, account, fmt }: ScriptCall): Promise<string> => {
    readFlag(params, 'mycur')
    const purse = readFlag(params, 'balance2') ? 2 : 1
    const [start, end] = [readDay(params, 'start'), readDay(params, 'end')]
    if (!limits.allow(account, 'statistics', '')) throw new Refusal('duplicate')
    return printAll(STATISTICS, await readStatistics(account, { purse, start, end }), fmt)
  }

/** SMSC API, get_stat: all of them strings. docs/decisions says which way credit and debit run. */
export const STATISTICS: Shape<Statistics> = {
  element: 'stat',
  list: 'list',
  members: (row) => pairsOf(row),
  text: (row) =>
    pairsOf(row)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', '),
  commas: (row) =>
    pairsOf(row)
      .map(([, value]) => value)
      .join(','),
}

const pairsOf = ({ login, messages, credit, debit, currency }: Statistics) =>
  [
    ['login', login],
    ['sms', String(messages)],
    ['credit', formatMoney(credit)],
    ['debit', formatMoney(debit)],
    ['currency', currency],
  ] as const
