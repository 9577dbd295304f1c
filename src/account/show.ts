import type { AccountSettings } from '../domain/account.ts'
import { maskHandlerUrl } from '../domain/handler-url.ts'
import { formatBalance, formatMoney } from '../domain/money.ts'
import { type AccountDetails, listAccounts } from '../store/accounts.ts'
import type { Session } from '../store/session.ts'
import { findAccount } from './change.ts'

const PAGE_MAX = 1_000

/** What the operator reads of accounts. */
export const createShowAccounts = (session: Session) => ({
  show: (login: string): Promise<AccountDetails> => findAccount(session, login),

  /** By login, a page at a time: those after `after`. */
  list: (after = '', limit = PAGE_MAX): Promise<AccountDetails[]> => listAccounts(session, after, Math.min(PAGE_MAX, limit)),
})

/** The secret words of a handler's address are nobody's business. */
const shown = (settings: AccountSettings): AccountSettings =>
  typeof settings.url === 'string' ? { ...settings, url: maskHandlerUrl(settings.url) } : settings

/** An account as the operator's JSON and the command line show it. Money as text. */
export const presentAccount = (account: AccountDetails) => ({
  id: account.id,
  login: account.login,
  parent: account.parent ?? null,
  payer: account.payer,
  tariff: account.tariff,
  balance: formatBalance(account.balance),
  balance2: formatBalance(account.balance2),
  credit: formatMoney(account.creditLimit),
  currency: account.currency,
  utc_offset_minutes: account.utcOffsetMinutes,
  blocked: account.blocked,
  deleted_at: account.deletedAt?.toISOString() ?? null,
  ips: account.allowedIps,
  keys: account.keys,
  smpp_password: account.hasSmppPassword,
  settings: shown(account.settings),
  created_at: account.createdAt.toISOString(),
})
