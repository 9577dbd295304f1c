import type { OfferedNumber, RentedNumbers } from '../../../account/rented-numbers.ts'
import { formatMoney } from '../../../domain/money.ts'
import type { NumberProfile } from '../../../domain/number/parse.ts'
import { Refusal } from '../../../domain/refusal.ts'
import type { Language } from '../../../domain/status.ts'
import { type Members, printMany, type Shape } from '../answer.ts'
import type { Handler } from '../call.ts'
import { RECEIVE_PHONES_ERRORS } from '../errors.ts'
import { malformed, readFlag } from '../fields.ts'
import type { Params } from '../params.ts'
import type { ScriptServices } from '../script.ts'
import { createOperations, type Operation } from './operations.ts'
import { readOwnNumber } from './own-number.ts'
import { COMMON_PARAMETERS, type Parameter } from './parameters.ts'

/** Every parameter of receive_phones.php, as docs/api/receive-phones.md lists them. */
export const PARAMETERS = [
  ...COMMON_PARAMETERS,
  {
    name: 'get',
    meaning: '1: the numbers that can be connected, and your own',
    ru: '1 – номера, доступные для подключения, и ваши номера',
    octetsMax: 10,
  },
  { name: 'gets', meaning: 'the same as `get`', ru: 'то же, что `get`', octetsMax: 10 },
  { name: 'buy', meaning: '1: connect a number', ru: '1 – подключить номер', octetsMax: 10 },
  { name: 'chg', meaning: '1: change whether a number is renewed', ru: '1 – изменить признак продления номера', octetsMax: 10 },
  { name: 'phone', meaning: '`buy`, `chg`: the number', ru: '`buy`, `chg`: номер', octetsMax: 100 },
  {
    name: 'noprolong',
    meaning:
      '`buy`, `chg`: 0 (default) the number is renewed on the first of each month, 1 it is given up at the end of this one',
    ru: '`buy`, `chg`: 0 (по умолчанию) – первого числа номер продлевается на следующий месяц, 1 – не продлевается',
    octetsMax: 10,
  },
] as const satisfies readonly Parameter[]

export interface ReceivePhonesServices extends ScriptServices {
  readonly rentedNumbers: RentedNumbers
  readonly numberProfile: NumberProfile
  readonly language: Language
}

/** receive_phones.php: numbers that subscribers write to, rented by the month. */
export function createReceivePhones(services: ReceivePhonesServices): Handler {
  const { rentedNumbers, numberProfile, language } = services

  const get: Operation = async (_, account, fmt) => {
    const numbers = await rentedNumbers.list(account)
    // Clients ask again when an answer is empty, and read JSON as a list.
    if (numbers.length === 0 && fmt !== 3) throw new Refusal('not_found')
    return printMany(offeredShape(language), numbers, fmt)
  }

  const operations: Readonly<Record<string, Operation>> = {
    get,
    gets: get,

    async buy(params, account) {
      await rentedNumbers.rent(account, readPhone(params, numberProfile), !readFlag(params, 'noprolong'))
      return undefined
    },

    async chg(params, account) {
      if (!params.has('noprolong')) throw malformed('noprolong')
      await rentedNumbers.prolong(account, readPhone(params, numberProfile), !readFlag(params, 'noprolong'))
      return undefined
    },
  }

  return createOperations({
    ...services,
    name: 'receive_phones',
    errors: RECEIVE_PHONES_ERRORS,
    parameters: PARAMETERS,
    operations,
  })
}

function readPhone(params: Params, profile: NumberProfile): string {
  const number = readOwnNumber(params, 'phone', profile)
  if (number === undefined) throw malformed('phone')
  return number
}

/** `connected` 1: it is the account's. */
function offeredShape(language: Language): Shape<OfferedNumber> {
  const membersOf = ({ number, price, currency, plan, own, prolong }: OfferedNumber): Members => [
    ['phone', number],
    ['cost', formatMoney(price)],
    ['currency', currency],
    ['country', language === 'en' ? plan.countryEn : plan.country],
    ['operator', plan.operator],
    ['connected', own ? 1 : 0],
    ...(own ? [['noprolong', prolong ? 0 : 1] as const] : []),
  ]
  return {
    element: 'phone',
    list: 'phones',
    members: membersOf,
    text: ({ number, price }) => `phone = ${number}, cost = ${formatMoney(price)}`,
    commas: ({ number, price }) => `${number},${formatMoney(price)}`,
  }
}
