import { createAddAccount } from '../../src/account/add.ts'
import { createIpBlock } from '../../src/account/ip-block.ts'
import { createKeys } from '../../src/account/keys.ts'
import { createPasswordCheck } from '../../src/account/password.ts'
import { createSignIn } from '../../src/account/sign-in.ts'
import { createPay } from '../../src/account/subclient-pay.ts'
import { createSubclients, type NewSubclient, type SubclientChange } from '../../src/account/subclients.ts'
import type { Account } from '../../src/domain/account.ts'
import { idOfTime } from '../../src/domain/message-id.ts'
import { Refusal } from '../../src/domain/refusal.ts'
import { setRates } from '../../src/store/currencies.ts'
import { ensurePartitions, PARTITIONED_TABLES } from '../../src/store/partitions.ts'
import { POSTING, type Purse, post } from '../../src/store/postings.ts'
import { countIds } from './accounts.ts'
import { openTestStore } from './database.ts'

export const PASSWORD = 'mypassword'

const NEW = { password: PASSWORD, type: 0, tariff: undefined, currency: undefined, settings: {} }
const NOTHING = { login: undefined, password: undefined, currentPassword: undefined, type: undefined, tariff: undefined }

/** `done`, or the code of the refusal. */
export const refused = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error) => (error instanceof Refusal ? error.code : Promise.reject(error)),
  )

/** A database with tariffs of several currencies, and what main accounts do with their sub-clients, as the centre puts it together. */
export async function openSubclients() {
  const opened = await openTestStore()
  const { pool, session } = opened.store
  await ensurePartitions(pool, PARTITIONED_TABLES, Date.now())
  await pool.query(`
    insert into tariffs (name, currency, number) values ('gold', 'RUR', 1), ('dollars', 'USD', 1), ('euros', 'EUR', 2), ('hryvnias', 'UAH', 3)`)
  await setRates(session, [
    { code: 'USD', rate: 9_250_000_000n },
    { code: 'EUR', rate: 10_000_000_000n },
  ])
  const isPassword = createPasswordCheck()
  const signing = createSignIn({ session, ipBlock: createIpBlock({ exemptLoopback: true }), isPassword })
  const nextId = countIds(idOfTime(Date.now()))
  const store = { session, pool, isPassword, nextId, changed: signing.forget, strongPasswords: false, currencyAdded: () => {} }
  const subclients = createSubclients(store)
  const addAccount = createAddAccount(store)
  let mains = 0
  let subs = 0

  const signIn = (login: string, psw = PASSWORD) => signing.signIn({ login, psw, apikey: undefined, ip: '127.0.0.1' })

  const fill = (accountId: number, purse: Purse, units: number) =>
    post(session, {
      ...{ accountId, purse, id: nextId(), kind: POSTING.topUp, amount: BigInt(Math.round(units * 100)) * 10_000n, note: '' },
    })

  return {
    ...{ close: opened.close, pool, session, subclients, signing, signIn, fill },
    strict: createSubclients({ ...store, strongPasswords: true }),
    pay: createPay(store),
    keys: createKeys(store),

    /** A main account with so many units in both purses, signed in. */
    async open(main = 1000, electronic = 0): Promise<Account> {
      mains += 1
      const login = `main${mains}`
      const { id } = await addAccount({ login, password: PASSWORD, balance: String(main), settings: { hash_sign_in: 0 } })
      if (electronic > 0) await fill(id, 2, electronic)
      return signIn(login)
    },

    async add(main: Account, of: Partial<NewSubclient> = {}): Promise<{ id: number; login: string }> {
      subs += 1
      const wanted = { ...NEW, login: `sub${subs}`, ...of }
      return { id: await subclients.add(main, wanted), login: wanted.login }
    },

    async change(main: Account, login: string, of: Partial<SubclientChange>): Promise<void> {
      const found = await subclients.find(main, { login })
      await subclients.change(main, found, { ...NOTHING, currency: undefined, settings: {}, ...of })
    },

    /** Units in both purses of an account. */
    async purses(login: string): Promise<[main: number, electronic: number]> {
      const { rows } = await pool.query('select balance, balance2 from accounts where login = $1', [login])
      return [Number(rows[0].balance) / 1e6, Number(rows[0].balance2) / 1e6]
    },
  }
}

export type SubclientScene = Awaited<ReturnType<typeof openSubclients>>
