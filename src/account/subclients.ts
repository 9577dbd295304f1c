import type pg from 'pg'
import { type Account, type AccountSettings, isOn } from '../domain/account.ts'
import { Refusal } from '../domain/refusal.ts'
import { changeSettings, setPasswordHashes } from '../store/account-changes.ts'
import { addAccount } from '../store/accounts.ts'
import type { Session } from '../store/session.ts'
import {
  findSubclient,
  type MainAccount,
  readHashes,
  readMain,
  renameAccount,
  type SubclientRow,
  type WhichSubclient,
} from '../store/subclients.ts'
import { createTariff, findTariffByNumber, type TariffRow } from '../store/tariffs.ts'
import { sessionOf, transaction } from '../store/transaction.ts'
import { checkLogin, DEFAULT_TARIFF } from './add.ts'
import type { AccountStore } from './change.ts'
import { hashPassword, type IsPassword, isSubclientPassword } from './password.ts'
import type { SettingValues } from './settings.ts'
import { changeType } from './subclient-change.ts'
import { readSubclientSettings } from './subclient-settings.ts'
import { ADDITIONAL_LOGIN, hasOwnTariff, placeUnder } from './subclient-type.ts'

export type { WhichSubclient } from '../store/subclients.ts'

export interface SubclientStore extends AccountStore {
  readonly pool: pg.Pool
  readonly isPassword: IsPassword
  /** Passwords need three of letters, digits, both cases and symbols. */
  readonly strongPasswords: boolean
  /** Somebody pays in a currency that nobody may have paid in. */
  readonly currencyAdded: () => void
}

export interface NewSubclient {
  readonly login: string
  readonly password: string
  readonly type: number
  readonly tariff: number | undefined // its public number
  readonly currency: string | undefined
  readonly settings: SettingValues
}

/** Undefined stays as it is. */
export interface SubclientChange {
  readonly login: string | undefined
  readonly password: string | undefined
  /** What its password is now, in case the caller says. */
  readonly currentPassword: string | undefined
  readonly type: number | undefined
  readonly tariff: number | undefined
  readonly currency: string | undefined
  readonly settings: SettingValues
}

/**
 * The sub-clients of an account (SMSC API, users.php). Refuses with no_subclient one that is not its own, not_saved a login that
 * is taken and a weak password, denied what cannot be done: a tariff that is not there, a debt that nobody takes over.
 */
export function createSubclients(store: SubclientStore) {
  const { session, pool, changed, loopbackHandlers = false } = store
  const settingsOf = (current: AccountSettings, above: MainAccount, values: SettingValues) =>
    readSubclientSettings({ current, clock: above.utcOffsetMinutes, loopbackHandlers }, values)

  return {
    async add(main: Account, request: NewSubclient): Promise<number> {
      const { login, password, type } = request
      checkLogin(login)
      checkType(main, type)
      if (!isSubclientPassword(password, store.strongPasswords)) throw new Refusal('not_saved', { field: 'password' })
      const above = await mainOf(session, main)
      const { set, blocked, utcOffsetMinutes } = settingsOf({}, above, request.settings)
      const own = hasOwnTariff(type) ? await tariffFor(session, request.tariff, above, request.currency) : undefined
      const place = placeUnder(above, type, own)
      const isForeign = place.currency !== above.currency
      if ((request.currency ?? place.currency) !== place.currency || (isForeign && type !== 0)) {
        throw new Refusal('denied', { field: 'curr' })
      }
      const id = await addAccount(session, {
        ...{ ...place, login, parentId: above.id, balance: 0n, settings: { ...set, type }, postingId: store.nextId() },
        ...{ hashes: await hashPassword(password, true), blocked, utcOffsetMinutes: utcOffsetMinutes ?? above.utcOffsetMinutes },
      })
      if (id === undefined) throw new Refusal('not_saved', { field: 'user' })
      if (isForeign) store.currencyAdded()
      return id
    },

    /** The sub-client as it stands. An additional login finds none of its kind, itself least of all. */
    async find(main: Account, which: WhichSubclient): Promise<SubclientRow> {
      const found = await findSubclient(session, main.id, which)
      const isOutOfReach = main.additional !== undefined && found?.type === ADDITIONAL_LOGIN
      if (!found || found.deleted || isOutOfReach) throw new Refusal('no_subclient', { field: 'user' })
      return found
    },

    /** The same for reports: whoever was deleted, and every additional login. */
    async findReported(main: Account, which: WhichSubclient): Promise<SubclientRow> {
      const found = await findSubclient(session, main.id, which)
      if (!found) throw new Refusal('no_subclient', { field: 'user' })
      return found
    },

    /** All of it, or nothing. */
    async change(main: Account, { id, settings: current }: SubclientRow, wanted: SubclientChange): Promise<void> {
      const { login, password, currentPassword } = wanted
      if (login !== undefined) checkLogin(login)
      checkType(main, wanted.type)
      if (password !== undefined && !isSubclientPassword(password, store.strongPasswords)) {
        throw new Refusal('not_saved', { field: 'password' })
      }
      if (currentPassword !== undefined && !(await store.isPassword(currentPassword, await readHashes(session, id)))) {
        throw new Refusal('denied', { field: 'pswc' })
      }
      const above = await mainOf(session, main)
      const change = settingsOf(current, above, wanted.settings)
      const hashes = password === undefined ? undefined : await hashPassword(password, isOn(current.hash_sign_in ?? 1))
      const ids = await transaction(pool, async (tx) => {
        const inside = sessionOf(tx)
        const moved = await changeType(inside, above, id, wanted, store.nextId)
        if (login !== undefined && !(await renameAccount(inside, id, login)))
          throw new Refusal('not_saved', { field: 'new_login' })
        if (hashes) await setPasswordHashes(inside, id, hashes)
        const rest = { creditLimit: undefined, tariffId: undefined, forgetHashedForms: false }
        return [...moved, ...(await changeSettings(inside, id, { ...change, ...rest }))]
      }).catch((error: unknown) => {
        throw isTaken(error) ? new Refusal('not_saved', { field: 'new_login' }) : error
      })
      for (const each of new Set(ids)) changed(each)
    },
  }
}

export type Subclients = ReturnType<typeof createSubclients>

/** What an additional login may do is for its account to say: it opens no other, which could do more. */
function checkType({ additional }: Account, type: number | undefined): void {
  if (additional && type === ADDITIONAL_LOGIN) throw new Refusal('denied', { field: 'type' })
}

/** Two took the login at once. */
const isTaken = (error: unknown): boolean => (error as { code?: string }).code === '23505'

/** An additional login changes the sub-clients of its account. */
export async function mainOf(session: Session, { id }: Account): Promise<MainAccount> {
  const main = await readMain(session, id)
  if (!main) throw new Refusal('bad_credentials')
  return main
}

/** The tariff of a public number, 0 where none is said, in the currency asked for, else in the main account's where there is one. */
export async function tariffFor(
  session: Session,
  number: number | undefined,
  main: Pick<MainAccount, 'currency'>,
  currency?: string,
): Promise<TariffRow> {
  const wanted = { preferred: main.currency, only: currency }
  const found = await findTariffByNumber(session, number ?? 0, wanted)
  if (found) return found
  if (!number) await createTariff(session, DEFAULT_TARIFF, 'RUR')
  const made = number ? undefined : await findTariffByNumber(session, 0, wanted)
  if (!made) throw new Refusal('denied', { field: 'tariff' })
  return made
}
