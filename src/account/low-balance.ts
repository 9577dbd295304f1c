import { now, sleep } from '../clock.ts'
import { formatBalance } from '../domain/money.ts'
import type { Language } from '../domain/status.ts'
import { log } from '../log.ts'
import type { AccountDetails } from '../store/accounts.ts'
import { leaveUntold, takeLowBalances } from '../store/low-balance.ts'
import type { Session } from '../store/session.ts'

const BEAT_MS = 60_000

export interface LowBalanceParts {
  readonly session: Session
  readonly language: Language
  /** Sends a message of an account's own; false: it was refused. Rejects where it could not be stored. */
  readonly send: (account: AccountDetails, phone: string, text: string) => Promise<boolean>
}

/**
 * The low-balance notice (users.php, nb): once, until the balance reaches the level again, as a message of the account's own to its main
 * phone, and in the log. Without a phone, or without the money for that message, in the log alone.
 */
export function createLowBalance({ session, language, send }: LowBalanceParts) {
  const ending = new AbortController()

  async function tell(account: AccountDetails): Promise<void> {
    const { phone } = account.settings
    let told = false
    try {
      told = typeof phone === 'string' && phone !== '' && (await send(account, phone, sentence(account, language)))
    } catch (error) {
      await leaveUntold(session, [account.id])
      throw error
    }
    log.warn('a balance is low', { account: account.id, reason: told ? 'its phone was told' : 'nobody could be told' })
  }

  async function look(): Promise<void> {
    for (const account of await takeLowBalances(session, now())) {
      await tell(account).catch((error) => log.warn('a low balance could not be told', { account: account.id, error }))
    }
  }

  return {
    /** What `start` does every minute. */
    look,
    start: (): void =>
      void (async () => {
        while (!ending.signal.aborted) {
          await sleep(BEAT_MS, ending.signal)
          if (ending.signal.aborted) return
          await look().catch((error) => log.warn('low balances could not be looked for', { error }))
        }
      })(),
    stop: (): void => ending.abort(),
  }
}

function sentence({ login, balance, currency, settings }: AccountDetails, language: Language): string {
  const left = `${formatBalance(balance)} ${currency}`
  return language === 'ru'
    ? `На счёте ${login} осталось ${left}, меньше ${settings.nb}. Пополните счёт.`
    : `${login} has ${left} left, less than ${settings.nb}. Top it up.`
}
