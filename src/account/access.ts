import { isOn } from '../domain/account.ts'
import { parseMoney } from '../domain/money.ts'
import { Refusal } from '../domain/refusal.ts'
import {
  changeSettings,
  removeAccount,
  type SettingsChange,
  setAllowedIps,
  setPasswordHashes,
  setSmppPasswordHash,
} from '../store/account-changes.ts'
import type { AccountDetails } from '../store/accounts.ts'
import { findTariff } from '../store/tariffs.ts'
import { type AccountStore, findAccount } from './change.ts'
import { withHandler } from './handler-url.ts'
import { canonicalRange } from './keys.ts'
import { hashAccessPassword, hashPassword, makePassword, passwordProblem } from './password.ts'
import { asChange, readLimits, readSettings, type SettingValues } from './settings.ts'
import { offsetOfTz } from './subclient-settings.ts'
import { hasOwnTariff } from './subclient-type.ts'

const IPS_MAX = 100
const MOSCOW_MINUTES = 180

/** A password of the SMPP standard's 8 characters; longer ones do not fit a bind (SMPP 3.4, 5.2.2). */
const SMPP_PASSWORD_LENGTH = 8
const SMPP_LOGIN_MAX = 15 // system_id, SMPP 3.4, 5.2.1

const NOTHING: Omit<SettingsChange, 'set' | 'clear'> = {
  blocked: undefined,
  creditLimit: undefined,
  utcOffsetMinutes: undefined,
  tariffId: undefined,
  forgetHashedForms: false,
}

export interface IpChange {
  readonly add?: readonly string[]
  readonly remove?: readonly string[]
  readonly clear?: boolean
}

/** Who may sign in to an account, from where, and what it may do. Each change holds at once on this node. */
export const createAccess = ({ session, changed, loopbackHandlers = false }: AccountStore) => {
  const done = async (account: AccountDetails): Promise<AccountDetails> => {
    changed(account.id)
    return findAccount(session, account.login)
  }

  return {
    async setPassword(login: string, password: string): Promise<AccountDetails> {
      const problem = passwordProblem(password)
      if (problem) throw new Refusal('bad_request', { field: 'password', reason: problem })
      const account = await findAccount(session, login)
      await setPasswordHashes(session, account.id, await hashPassword(password, isOn(account.settings.hash_sign_in ?? 1)))
      return done(account)
    },

    /** Makes a short password for binds, and opens SMPP access to the account. Told once. */
    async makeSmppPassword(login: string): Promise<{ readonly password: string; readonly account: AccountDetails }> {
      const account = await findAccount(session, login)
      if (login.length > SMPP_LOGIN_MAX) {
        const reason = `The login ${login} is too long for SMPP, which allows ${SMPP_LOGIN_MAX} characters.`
        throw new Refusal('bad_request', { field: 'login', reason })
      }
      const password = makePassword(SMPP_PASSWORD_LENGTH)
      await setSmppPasswordHash(session, account.id, await hashAccessPassword(password))
      await changeSettings(session, account.id, { ...NOTHING, set: { 'fl[2]': 1 }, clear: [] })
      return { password, account: await done(account) }
    },

    /** The addresses an account may be used from; none: any. */
    async changeIps(login: string, { add = [], remove = [], clear = false }: IpChange): Promise<AccountDetails> {
      const adding = add.map(canonicalRange)
      const removing = new Set(remove.map(canonicalRange))
      for (;;) {
        const account = await findAccount(session, login)
        const kept = clear ? [] : account.allowedIps.filter((range) => !removing.has(range))
        const missing = clear ? undefined : [...removing].find((range) => !account.allowedIps.includes(range))
        if (missing) throw new Refusal('not_found', { field: 'remove', reason: `${missing} is not in the list of ${login}.` })
        const ips = [...new Set([...kept, ...adding])]
        if (ips.length > IPS_MAX) {
          throw new Refusal('bad_request', { field: 'add', reason: `A list has at most ${IPS_MAX} addresses and blocks.` })
        }
        if (adding.length === 0 && remove.length === 0 && !clear) return account
        if (await setAllowedIps(session, account.id, account.version, ips)) return done(account)
      }
    },

    async block(login: string, blocked: boolean): Promise<AccountDetails> {
      const account = await findAccount(session, login)
      if (account.deletedAt && !blocked) {
        throw new Refusal('bad_request', { field: 'login', reason: `${login} was deleted. Its login is not given again.` })
      }
      await changeSettings(session, account.id, { ...NOTHING, set: {}, clear: [], blocked })
      return done(account)
    },

    /**
     * A sub-client that is gone: it signs in no more, for good, and is found by no request but statistics. Its messages, postings and
     * login stay. Refuses one that still has money, or a debt, or sub-clients of its own.
     */
    async remove(login: string): Promise<AccountDetails> {
      const account = await findAccount(session, login)
      const refuse = (reason: string): Refusal => new Refusal('bad_request', { field: 'login', reason })
      if (account.parent === undefined) throw refuse(`${login} is no sub-client: block it with heliogram account block ${login}.`)
      const outcome = await removeAccount(session, account.id)
      if (outcome === 'has money') {
        throw refuse(
          `${login} still has money or a debt: take it back with users.php pay, or heliogram account correct ${login}.`,
        )
      }
      if (outcome === 'has sub-clients') throw refuse(`${login} has sub-clients of its own: delete them first.`)
      return done(account)
    },

    async setLimits(login: string, limits: Readonly<Record<string, unknown>>): Promise<AccountDetails> {
      const account = await findAccount(session, login)
      const read = readLimits(limits)
      if (read.size === 0) return account
      await changeSettings(session, account.id, { ...NOTHING, ...asChange(read) })
      return done(account)
    },

    /** Settings by the names of users.php; some of them have a place of their own in the account. */
    async set(login: string, values: SettingValues): Promise<AccountDetails> {
      const account = await findAccount(session, login)
      const read = new Map(readSettings(values))
      withHandler(account.settings, read, loopbackHandlers)
      const take = (name: string): string | number | undefined => {
        const value = read.get(name)
        read.delete(name)
        return value
      }
      const blocked = read.has('fl2[10]') ? take('fl2[10]') === 1 : undefined
      const change: SettingsChange = {
        blocked,
        utcOffsetMinutes: read.has('tz') ? offsetOfTz(take('tz'), await clockWithout(account)) : undefined,
        creditLimit: read.has('credit') ? creditOf(account, take('credit') ?? '0') : undefined,
        tariffId: read.has('tariff') ? await tariffOf(account, take('tariff')) : undefined,
        forgetHashedForms: read.get('hash_sign_in') === 0,
        ...asChange(read),
      }
      for (const id of await changeSettings(session, account.id, change)) changed(id)
      return findAccount(session, login)
    },
  }

  /** A sub-client without a zone of its own has its main account's. */
  async function clockWithout({ parent }: AccountDetails): Promise<number> {
    return parent === undefined ? MOSCOW_MINUTES : (await findAccount(session, parent)).utcOffsetMinutes
  }

  function creditOf(account: AccountDetails, written: string | number): bigint {
    const credit = parseMoney(String(written))
    if (account.payerId !== account.id) {
      throw new Refusal('bad_request', {
        field: 'credit',
        reason: `${account.login} spends the balance of ${account.payer}: give credit there.`,
      })
    }
    if (typeof credit !== 'bigint' || credit < 0n) {
      throw new Refusal('bad_request', { field: 'credit', reason: `'${written}' is no credit limit: write an amount from 0.` })
    }
    return credit
  }

  async function tariffOf(account: AccountDetails, name: string | number | undefined): Promise<number> {
    if (name === undefined) {
      throw new Refusal('bad_request', {
        field: 'tariff',
        reason: 'An account always has a tariff: name one, as tariff=default.',
      })
    }
    const { login, parent, settings } = account
    if (parent !== undefined && !hasOwnTariff(Number(settings.type ?? 0))) {
      const reason = `${login} is of type ${settings.type} and has the tariff of ${parent}: change it there.`
      throw new Refusal('bad_request', { field: 'tariff', reason })
    }
    const tariff = await findTariff(session, String(name))
    if (!tariff) throw new Refusal('not_found', { field: 'tariff', reason: `There is no tariff '${name}'.` })
    if (tariff.currency !== account.currency) {
      const reason = `The tariff ${tariff.name} is in ${tariff.currency}, but ${account.login} pays in ${account.currency}.`
      throw new Refusal('bad_request', { field: 'tariff', reason })
    }
    return tariff.id
  }
}

export type Access = ReturnType<typeof createAccess>
