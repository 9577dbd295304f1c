import type { SettingValues } from '../../../account/settings.ts'
import { SUBCLIENT_FLAGS, SUBCLIENT_SETTINGS } from '../../../account/subclient-settings.ts'
import { SUBCLIENT_TYPE_MAX } from '../../../account/subclient-type.ts'
import type { WhichSubclient } from '../../../account/subclients.ts'
import { type Money, parseMoney } from '../../../domain/money.ts'
import { malformed, readChoice, readFlag, readId, readInteger } from '../fields.ts'
import type { Params } from '../params.ts'

/** SMSC API, curr: the number of a currency, from 1. */
const CURRENCIES: readonly string[] = ['RUR', 'USD', 'EUR', 'UAH', 'KZT']

const TARIFF_MAX = 999

export const currencyNumber = (code: string): number | undefined => {
  const at = CURRENCIES.indexOf(code)
  return at < 0 ? undefined : at + 1
}

/** Its login, or its id. Undefined: neither is given. */
export function readWhich(params: Params): WhichSubclient | undefined {
  const login = params.text('user')?.trim()
  if (login) return { login }
  const id = readId(params, 'user_id')
  if (id !== undefined && id > 0x7fffffff) throw malformed('user_id')
  return id === undefined ? undefined : { id }
}

export function readNeededWhich(params: Params): WhichSubclient {
  const which = readWhich(params)
  if (!which) throw malformed('user')
  return which
}

/** What a sub-client is, beside its settings. Undefined: not said. */
export const readKind = (params: Params) => ({
  type: params.text('type')?.trim() ? readChoice(params, 'type', SUBCLIENT_TYPE_MAX) : undefined,
  tariff: readInteger(params, 'tariff', 0, TARIFF_MAX),
  currency: readCurrency(params),
})

function readCurrency(params: Params): string | undefined {
  const number = readChoice(params, 'curr', CURRENCIES.length)
  return CURRENCIES[number - 1]
}

/** What is not given keeps its value, empty and 0 take it out; a flag's bare name sets it. */
export function readSettingValues(params: Params): SettingValues {
  const values: Record<string, string | boolean> = {}
  for (const name of SUBCLIENT_SETTINGS) {
    const value = params.text(name)
    if (value !== undefined) values[name] = value.trim()
  }
  for (const name of SUBCLIENT_FLAGS) {
    const value = params.text(name)
    if (value !== undefined) values[name] = params.isBare(name) ? true : value.trim()
  }
  return values
}

/** Above or below nothing, but not nothing. */
export function readSum(params: Params): Money {
  const sum = parseMoney((params.text('sum') ?? '').trim().replace(/^\+/, ''))
  if (typeof sum !== 'bigint' || sum === 0n) throw malformed('sum')
  return sum
}

/** Both names are in use. */
export const readMyCurrency = (params: Params): boolean => {
  const [one, other] = [readFlag(params, 'mycur'), readFlag(params, 'mycurr')]
  return one || other
}
