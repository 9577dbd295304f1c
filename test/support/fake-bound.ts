import type { Account } from '../../src/domain/account.ts'
import type { Bound } from '../../src/listeners/smpp/bound.ts'

/** An account with nothing set. */
export const plainAccount = (of: Partial<Account> = {}): Account => ({
  id: 7,
  version: 1,
  login: 'shop',
  payerId: 7,
  tariffId: 1,
  currency: 'RUR',
  creditLimit: 0n,
  utcOffsetMinutes: 180,
  blocked: false,
  allowedIps: [],
  settings: {},
  ...of,
})

/** A session that is bound and takes nothing back, for operations alone. */
export const fakeBound = (of: Partial<Bound> = {}): Bound => ({
  id: 1,
  bind: 'bind_transceiver',
  interfaceVersion: 0x34,
  systemType: '',
  ip: '127.0.0.1',
  account: () => plainAccount(),
  signInAgain: async () => plainAccount(),
  mayDeliver: () => false,
  deliver: () => undefined,
  drop: () => undefined,
  ...of,
})
