import { channelOf } from '../domain/channel.ts'
import { mailingStatus, mailingStatusName, pauseSentence } from '../domain/mailing.ts'
import { formatMoney } from '../domain/money.ts'
import { Refusal } from '../domain/refusal.ts'
import { REPEATS } from '../domain/repeats.ts'
import { ownerOf } from '../store/accounts.ts'
import { cancelMailing, type ListedMailing, listMailings, pauseMailing, readMailing, resumeMailing } from '../store/mailings.ts'
import type { Session } from '../store/session.ts'
import { showMailing } from './desk.ts'

const LISTED_MAX = 200

/** What the operator does with the mailings of all accounts. */
export function createMailingOffice({ session, now }: { session: Session; now: () => number }) {
  async function known(written: string): Promise<number> {
    const id = /^\d{1,15}$/.test(written) ? Number(written) : undefined
    const mailing = id === undefined ? undefined : await readMailing(session, id, undefined)
    if (!mailing) {
      const reason = `There is no mailing '${written.slice(0, 20)}': heliogram mailing list shows them.`
      throw new Refusal('not_found', { field: 'id', reason })
    }
    return mailing.id
  }

  const show = async (id: number) => {
    const mailing = await showMailing(session, id, undefined)
    return { ...present(mailing), text: mailing.text, counts: mailing.counts }
  }

  async function asked(written: string, work: (id: number) => Promise<boolean>, otherwise: string) {
    const id = await known(written)
    if (!(await work(id))) throw new Refusal('denied', { field: 'id', reason: otherwise })
    return show(id)
  }

  return {
    /** The newest, of one account (or of that which a login is of) or of all. */
    async list(of: { readonly account?: string; readonly before?: string }) {
      const account = of.account === undefined ? undefined : await ownerOf(session, of.account)
      if (of.account !== undefined && !account) {
        const reason = `There is no account '${of.account.slice(0, 64)}': heliogram account list shows them.`
        throw new Refusal('not_found', { field: 'account', reason })
      }
      if (of.before !== undefined && !/^\d{1,15}$/.test(of.before)) {
        throw new Refusal('bad_request', { field: 'before', reason: 'before must be the number of a mailing.' })
      }
      const beforeId = of.before === undefined ? undefined : Number(of.before)
      return (await listMailings(session, { accountId: account?.id, beforeId, limit: LISTED_MAX })).map(present)
    },

    show: async (written: string) => show(await known(written)),

    /** What it has handed over goes out; nothing more is taken. */
    pause: (written: string) =>
      asked(
        written,
        (id) => pauseMailing(session, id, 'asked', 0),
        'It neither waits nor is it being sent: there is nothing to pause.',
      ),

    /** It goes on where it stopped; a start that it has missed is made now. */
    resume: (written: string) =>
      asked(written, (id) => resumeMailing(session, id, now()), 'It is not paused: there is nothing to resume.'),

    /** For good; what waits is taken back. */
    cancel: (written: string) =>
      asked(written, (id) => cancelMailing(session, id, now()), 'It is over: there is nothing to cancel.'),
  }
}

export type MailingOffice = ReturnType<typeof createMailingOffice>

const iso = (ms: number): string => new Date(ms).toISOString()

const present = (mailing: ListedMailing) => {
  const { id, login, madeBy, name, state, reason, reasonValue, channel, sender, repeats, runsMax, run, total, taken, price } =
    mailing
  const status = mailingStatus(state, reason)
  return {
    ...{ id, account: login, made_by: madeBy ?? login, name, state, status, status_name: mailingStatusName(status, 'en') },
    reason: pauseSentence(reason, reasonValue),
    ...{ channel: channelOf(channel), sender },
    created_at: iso(mailing.createdAtMs),
    start_at: iso(mailing.startAtMs),
    repeats: REPEATS[repeats] ?? '',
    ...{ runs: run, runs_max: runsMax },
    portions: mailing.periodHours > 0 ? { period_hours: mailing.periodHours, freq_minutes: mailing.freqMinutes } : null,
    ...{ recipients: total, taken, cost: formatMoney(price) },
  }
}
