import { Refusal } from '../domain/refusal.ts'
import { postAll } from '../store/payments.ts'
import type { Session } from '../store/session.ts'
import {
  findSubclient,
  hasSubclients,
  lockFamily,
  type MainAccount,
  placeSubclient,
  readMain,
  type SubclientRow,
} from '../store/subclients.ts'
import { findTariffByNumber } from '../store/tariffs.ts'
import { ADDITIONAL_LOGIN, hasOwnBalance, hasOwnTariff, placeUnder } from './subclient-type.ts'

interface Wanted {
  readonly type: number | undefined
  readonly tariff: number | undefined // its public number
  readonly currency: string | undefined
}

/**
 * Gives a sub-client another type or tariff, in a transaction that goes on after this. Whoever stops having a balance of his own
 * leaves what is on it to the main account, and whoever gets one begins at nothing; a debt is refused. Answers all that changed.
 */
export async function changeType(
  session: Session,
  above: MainAccount,
  id: number,
  wanted: Wanted,
  nextId: () => number,
): Promise<number[]> {
  await lockFamily(session, id, [above.id, above.payerId])
  const main = await readMain(session, above.id)
  const old = await findSubclient(session, above.id, { id })
  if (!main || !old || old.deleted) throw new Refusal('no_subclient', { field: 'user' })
  if (wanted.currency !== undefined && wanted.currency !== old.currency) throw new Refusal('denied', { field: 'curr' })
  const { type = old.type } = wanted
  const asksForTariff = hasOwnTariff(type) && wanted.tariff !== undefined
  if (type === old.type && !asksForTariff) return []
  // Who shares the main account's tariff or balance shares its currency, and an account keeps its own.
  if (type !== 0 && old.currency !== main.currency) throw new Refusal('denied', { field: 'type' })
  if (type === ADDITIONAL_LOGIN && type !== old.type && (await hasSubclients(session, id))) {
    throw new Refusal('denied', { field: 'type' })
  }

  const place = placeUnder(main, type, await ownTariff(session, old, type, wanted.tariff))
  const payerId = place.payerId ?? id
  if (hasOwnBalance(type) !== hasOwnBalance(old.type)) await settleUp(session, old, main, nextId())
  return placeSubclient(session, id, { type, payerId, tariffId: place.tariffId, sameAs: place.sameAs })
}

/** It has its own still, the one asked for, or number 0. */
async function ownTariff(session: Session, old: SubclientRow, type: number, number: number | undefined) {
  if (!hasOwnTariff(type)) return undefined
  if (number === undefined && hasOwnTariff(old.type)) return { id: old.tariffId, currency: old.currency }
  const found = await findTariffByNumber(session, number ?? 0, { preferred: old.currency, only: old.currency })
  if (!found) throw new Refusal('denied', { field: 'tariff' })
  return found
}

/** What refunds brought while the balance was shared belongs to the main account, too. */
async function settleUp(session: Session, old: SubclientRow, main: MainAccount, id: number): Promise<void> {
  const isOwing = old.balance < 0n || old.balance2 < 0n
  if (isOwing && hasOwnBalance(old.type)) throw new Refusal('denied', { field: 'type' })
  if (old.balance === 0n && old.balance2 === 0n) return
  const notes = { noteFrom: `what was left, to ${main.login}`, noteTo: `what was left of ${old.login}` }
  await postAll(session, { from: old.id, to: main.payerId, id, ...notes })
}
