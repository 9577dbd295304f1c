import { type AccountSettings, isOn } from '../domain/account.ts'
import { parseMoney } from '../domain/money.ts'
import { Refusal } from '../domain/refusal.ts'
import { type AccountDetails, addAccount, type NewAccount, readDetailsOf } from '../store/accounts.ts'
import { createTariff, findTariff, type TariffRow } from '../store/tariffs.ts'
import { type AccountStore, findAccount } from './change.ts'
import { hashPassword, passwordProblem } from './password.ts'
import { hasOwnBalance, hasOwnTariff, placeUnder, SUBCLIENT_TYPE_MAX } from './subclient-type.ts'

/** What a new account without a word about its tariff pays by. */
export const DEFAULT_TARIFF = 'default'

export interface AddAccount {
  readonly login: string
  readonly password: string
  readonly balance?: string // money
  readonly parent?: string // login
  /**
   * Of a sub-client (users.php, type): 0 own tariff and balance, 1 the parent's tariff and an own balance,
   * 2 the parent's tariff and balance, 3 an own tariff and the parent's balance, 4 an additional login of the parent.
   */
  readonly type?: number
  readonly tariff?: string // name
  readonly settings?: AccountSettings
}

const refuse = (field: string, reason: string): Refusal => new Refusal('bad_request', { field, reason })

export function checkLogin(login: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/.test(login)) {
    throw refuse('login', 'A login has 1 to 64 letters, digits and . _ @ + -, and begins with a letter or digit.')
  }
}

/** Opens an account; its balance is posted in the same commit. Refuses a login that is taken. */
export const createAddAccount =
  ({ session, nextId }: AccountStore) =>
  async (request: AddAccount): Promise<AccountDetails> => {
    const { login, password, settings = {} } = request
    checkLogin(login)
    const problem = passwordProblem(password)
    if (problem) throw refuse('password', problem)

    const balance = parseMoney(request.balance ?? '0')
    if (typeof balance !== 'bigint' || balance < 0n)
      throw refuse('balance', `'${request.balance}' is no opening balance: write an amount from 0.`)
    const taken = new Refusal('duplicate', { field: 'login', reason: `The login ${login} is taken.` })
    if (await readDetailsOf(session, login)) throw taken // before the slow hashes
    const place = await placeOf(request)
    if (place.payerId !== undefined && balance !== 0n) {
      throw refuse('balance', `An account of this type has no balance of its own: top up ${request.parent}.`)
    }

    const hashes = await hashPassword(password, isOn(settings.hash_sign_in ?? 1))
    const ofType = request.parent === undefined ? settings : { ...settings, type: request.type ?? 0 }
    const account: NewAccount = { ...place, login, balance, settings: ofType, hashes, postingId: nextId() }
    if ((await addAccount(session, account)) === undefined) throw taken
    return findAccount(session, login)

    /** Whose child it is, who pays, and by which tariff. */
    async function placeOf({ parent, type = 0, tariff }: AddAccount) {
      if (!Number.isInteger(type) || type < 0 || type > SUBCLIENT_TYPE_MAX) {
        throw refuse('type', `The type of a sub-client is 0 to ${SUBCLIENT_TYPE_MAX}.`)
      }
      if (parent === undefined) {
        if (type !== 0) throw refuse('type', 'Only an account with a parent has a type.')
        const own = await tariffNamed(tariff)
        return { parentId: undefined, payerId: undefined, sameAs: undefined, tariffId: own.id, currency: own.currency }
      }
      const main = await findAccount(session, parent)
      const sharesTariff = !hasOwnTariff(type)
      if (sharesTariff && tariff !== undefined) throw refuse('tariff', `An account of type ${type} has its parent's tariff.`)
      const own = sharesTariff ? undefined : await tariffNamed(tariff)
      if (own && !hasOwnBalance(type) && own.currency !== main.currency) {
        throw refuse('tariff', `The tariff is in ${own.currency}, but ${main.payer} pays in ${main.currency}.`)
      }
      return { parentId: main.id, ...placeUnder(main, type, own) }
    }

    async function tariffNamed(name: string | undefined): Promise<TariffRow> {
      if (name === undefined) await createTariff(session, DEFAULT_TARIFF, 'RUR')
      const found = await findTariff(session, name ?? DEFAULT_TARIFF)
      if (!found) throw new Refusal('not_found', { field: 'tariff', reason: `There is no tariff '${name}'.` })
      return found
    }
  }
