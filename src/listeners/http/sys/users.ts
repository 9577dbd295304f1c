import type { Pay } from '../../../account/subclient-pay.ts'
import type { SubclientStatistics } from '../../../account/subclient-statistics.ts'
import { hasOwnBalance } from '../../../account/subclient-type.ts'
import type { Subclients } from '../../../account/subclients.ts'
import type { Account } from '../../../domain/account.ts'
import { Refusal } from '../../../domain/refusal.ts'
import { print, printMany } from '../answer.ts'
import type { Handler } from '../call.ts'
import { USERS_ERRORS } from '../errors.ts'
import { malformed, readDay, readFlag } from '../fields.ts'
import type { Params } from '../params.ts'
import type { ScriptServices } from '../script.ts'
import { STATISTICS } from './get-stat.ts'
import { createOperations, type Operation } from './operations.ts'
import { ADDED, DAY_STATISTICS, subclientShape } from './users-answer.ts'
import { PARAMETERS } from './users-parameters.ts'
import { readKind, readMyCurrency, readNeededWhich, readSettingValues, readSum, readWhich } from './users-request.ts'

export interface UsersServices extends ScriptServices {
  readonly subclients: Subclients
  readonly paySubclient: Pay
  readonly subclientStatistics: SubclientStatistics
}

/** users.php: sub-clients, their money and their statistics. */
export function createUsers(services: UsersServices): Handler {
  const { subclients, paySubclient, subclientStatistics, limits } = services

  function count(account: Account, what: string): void {
    if (!limits.allow(account, 'subclients', what)) throw new Refusal('duplicate')
  }

  async function readStatisticsRequest(params: Params, account: Account) {
    const which = readWhich(params)
    const request = {
      purse: readFlag(params, 'balance2') ? (2 as const) : (1 as const),
      ...{ start: readDay(params, 'start'), end: readDay(params, 'end') },
      ...{ independent: readFlag(params, 'reseller'), hideDeleted: readFlag(params, 'hide_deleted') },
      inMainCurrency: readMyCurrency(params),
    }
    return { ...request, subclient: which && (await subclients.findReported(account, which)) }
  }

  const operations: Readonly<Record<string, Operation>> = {
    async add(params, account, fmt) {
      const login = params.text('user')?.trim() ?? ''
      const password = params.text('password') ?? ''
      if (!login) throw malformed('user')
      if (!password) throw malformed('password')
      const { type = 0, ...kind } = readKind(params)
      const settings = readSettingValues(params)
      count(account, 'add')
      return print(ADDED, await subclients.add(account, { login, password, type, ...kind, settings }), fmt)
    },

    async chg(params, account) {
      const which = readNeededWhich(params)
      const change = {
        login: params.text('new_login')?.trim() || undefined,
        password: params.text('password') || undefined,
        currentPassword: params.text('pswc') || undefined,
        ...readKind(params),
        settings: readSettingValues(params),
      }
      const subclient = await subclients.find(account, which)
      count(account, `chg ${subclient.id}`)
      await subclients.change(account, subclient, change)
      return undefined
    },

    async pay(params, account) {
      const [which, sum, purse] = [readNeededWhich(params), readSum(params), readFlag(params, 'balance2') ? 2 : 1] as const
      await paySubclient(account, await subclients.find(account, which), sum, purse)
      return undefined
    },

    get_stat: async (params, account, fmt) =>
      printMany(STATISTICS, await subclientStatistics.sums(account, await readStatisticsRequest(params, account)), fmt),

    get_stat_all: async (params, account, fmt) =>
      printMany(DAY_STATISTICS, await subclientStatistics.byDay(account, await readStatisticsRequest(params, account)), fmt),

    async get(params, account, fmt) {
      const found = await subclients.find(account, readNeededWhich(params))
      return print(subclientShape(fmt), { ...found, hasBalance: hasOwnBalance(found.type) }, fmt)
    },
  }

  return createOperations({ ...services, name: 'users', errors: USERS_ERRORS, parameters: PARAMETERS, operations, limit: 'none' })
}
