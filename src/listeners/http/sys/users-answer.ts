import type { Statistics } from '../../../account/statistics.ts'
import { SUBCLIENT_FLAGS, SUBCLIENT_SETTINGS, tzOf } from '../../../account/subclient-settings.ts'
import type { DayStatistics } from '../../../account/subclient-statistics.ts'
import { maskHandlerUrl } from '../../../domain/handler-url.ts'
import { formatBalance } from '../../../domain/money.ts'
import { type Fmt, inLine, type Member, type Members, type Shape } from '../answer.ts'
import { STATISTICS } from './get-stat.ts'
import { currencyNumber } from './users-request.ts'

export const ADDED: Shape<number> = {
  element: 'user',
  list: 'list',
  members: (id) => [['id', id]],
  text: (id) => `ID = ${id}`,
  commas: (id) => String(id),
}

const pairs = (members: Members): string => inLine(members.map(([name, value]) => `${name} = ${value}`).join(', '))
const values = (members: Members): string => inLine(members.map(([, value]) => String(value).replaceAll(',', ';')).join(','))

/** The day stands behind the login. */
function daily(row: DayStatistics): Members {
  const [login, ...rest] = STATISTICS.members(row satisfies Statistics)
  return [...(login ? [login] : []), ['date', row.date], ...rest]
}

export const DAY_STATISTICS: Shape<DayStatistics> = {
  element: 'stat',
  list: 'list',
  members: daily,
  text: (row) => pairs(daily(row)),
  commas: (row) => values(daily(row)),
}

/** A sub-client as its main account sees it. */
export interface ShownSubclient {
  readonly id: number
  readonly login: string
  readonly type: number
  readonly tariffNumber: number | undefined
  readonly currency: string
  readonly hasBalance: boolean
  readonly balance: bigint
  readonly balance2: bigint
  readonly blocked: boolean
  readonly utcOffsetMinutes: number
  readonly settings: Readonly<Record<string, string | number | boolean | undefined>>
}

function settingsOf({ settings, utcOffsetMinutes, blocked }: ShownSubclient): Members {
  const told = (name: string): string | number => {
    const value = settings[name]
    if (name === 'tz') return tzOf(utcOffsetMinutes)
    if (name === 'url' && typeof value === 'string') return maskHandlerUrl(value)
    return typeof value === 'boolean' ? Number(value) : (value ?? '')
  }
  const isSet = (name: string): number => (name === 'fl2[10]' ? Number(blocked) : Number(settings[name] ?? 0))
  return [
    ...SUBCLIENT_SETTINGS.map((name): Member => [name, told(name)]),
    ...SUBCLIENT_FLAGS.map((name): Member => [name, isSet(name)]),
  ]
}

const membersOf = (subclient: ShownSubclient): Members => [
  ['id', subclient.id],
  ['user', subclient.login],
  ['type', subclient.type],
  ['tariff', subclient.tariffNumber ?? ''],
  ['curr', currencyNumber(subclient.currency) ?? ''],
  ['currency', subclient.currency],
  ['balance', subclient.hasBalance ? formatBalance(subclient.balance) : ''],
  ['balance2', subclient.hasBalance ? formatBalance(subclient.balance2) : ''],
  ...settingsOf(subclient),
]

/** Of XML no name may have brackets: `fl[29]` is the element `fl_29`. */
const inXml = (members: Members): Members => members.map(([name, value]) => [name.replace(/\[(\d+)\]/, '_$1'), value])

export const subclientShape = (fmt: Fmt): Shape<ShownSubclient> => ({
  element: 'user',
  list: 'list',
  members: (subclient) => (fmt === 2 ? inXml(membersOf(subclient)) : membersOf(subclient)),
  text: (subclient) => pairs(membersOf(subclient)),
  commas: (subclient) => values(membersOf(subclient)),
})
