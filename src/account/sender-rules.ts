import type { Account } from '../domain/account.ts'
import { type MaySend, maySendUnder, SENDER_MODES, type SenderMode } from '../domain/sender-rules.ts'
import { readRegisteredNames } from '../store/sender-rules.ts'
import type { Session } from '../store/session.ts'

/** Under which senders an account may send; undefined: any. A promise while that is read. */
export type MaySendOf = (account: Account) => MaySend | undefined | Promise<MaySend | undefined>

const ANY = Symbol('any sender')

/**
 * By the account's own setting, else the centre's. Names are kept as long as what is known of the account: a change of them
 * raises its version. An account that may send under any name, which its settings say, is not asked for them.
 */
export function createMaySendOf(session: Session, standard: SenderMode): MaySendOf {
  const kept = new WeakMap<Account, MaySend | typeof ANY | Promise<MaySend | undefined>>()

  async function read(account: Account, mode: SenderMode): Promise<MaySend | undefined> {
    try {
      const names = await readRegisteredNames(session, account.id)
      const rule = maySendUnder(mode, names)
      kept.set(account, rule ?? ANY)
      return rule
    } catch (error) {
      kept.delete(account)
      throw error
    }
  }

  return (account) => {
    const mode = modeOf(account, standard)
    if (mode === 'free' && account.settings.senders_rejected === undefined) return undefined
    if (mode === 'own' && account.settings.sender_names === undefined) return undefined
    const known = kept.get(account)
    if (known !== undefined) return known === ANY ? undefined : known
    const reading = read(account, mode)
    kept.set(account, reading)
    return reading
  }
}

/** How the account is held to its names. */
export const modeOf = ({ settings }: Account, standard: SenderMode): SenderMode =>
  SENDER_MODES.find((mode) => mode === settings.senders) ?? standard
