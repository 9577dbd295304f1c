import type { Account } from '../domain/account.ts'
import { channelCode } from '../domain/channel.ts'
import { Refusal } from '../domain/refusal.ts'
import { countMailing, type MailingCounts } from '../store/mailing-counts.ts'
import {
  cancelMailing,
  type ListedMailing,
  listMailings,
  type MailingRow,
  readMailing,
  removeMailing,
} from '../store/mailings.ts'
import type { Session } from '../store/session.ts'
import { type AddParts, createAddMailing } from './add.ts'

/** An account's list holds its newest. */
export const MAILINGS_LISTED = 1_000

export type SeenMailing = ListedMailing & { readonly counts: MailingCounts }

/** Ids that a sequence can give. */
const ID_MAX = Number.MAX_SAFE_INTEGER

/** What a customer does with mailings (SMSC API, jobs.php). `mail`: e-mail mailings are asked about apart from all others. */
export function createMailingDesk(parts: AddParts) {
  const { session, now } = parts
  const mailCode = channelCode('mail')

  async function own(account: Account, id: number, mail: boolean): Promise<MailingRow> {
    const mailing = id > ID_MAX ? undefined : await readMailing(session, id, account.id)
    if (!mailing || (mailing.channel === mailCode) !== mail) throw new Refusal('not_found', { field: 'id' })
    return mailing
  }

  return {
    add: createAddMailing(parts),

    /** Switches it off, with all that waits. Refuses with not_found what is unknown or over. */
    async cancel(account: Account, id: number, mail: boolean): Promise<void> {
      await own(account, id, mail)
      if (!(await cancelMailing(session, id, now()))) throw new Refusal('not_found', { field: 'id' })
    },

    /** Takes it out of the list, and what waits back. What was sent stays in the history. */
    async remove(account: Account, id: number, mail: boolean): Promise<void> {
      await own(account, id, mail)
      if (!(await removeMailing(session, id, now()))) throw new Refusal('not_found', { field: 'id' })
    },

    async show(account: Account, id: number, mail: boolean): Promise<SeenMailing> {
      await own(account, id, mail)
      return showMailing(session, id, account.id)
    },

    /** Newest first. Refuses with not_found when there are none. */
    async list(
      account: Account,
      between: { readonly fromMs?: number; readonly toMs?: number },
      mail: boolean,
    ): Promise<ListedMailing[]> {
      const channel = { code: mailCode, is: mail }
      const rows = await listMailings(session, { accountId: account.id, ...between, channel, limit: MAILINGS_LISTED })
      if (rows.length === 0) throw new Refusal('not_found', { field: 'get_all' })
      return rows
    },
  }
}

export type MailingDesk = ReturnType<typeof createMailingDesk>

/** With what has become of its messages; refuses with not_found. */
export async function showMailing(session: Session, id: number, accountId: number | undefined): Promise<SeenMailing> {
  const [row] = await listMailings(session, { accountId, id, limit: 1 })
  if (!row) throw new Refusal('not_found', { field: 'id', reason: `There is no mailing ${id}.` })
  const counts = await countMailing(session, id)
  const left = row.state === 'running' || row.was === 'running' ? row.total - counts.taken : isToBegin(row) ? row.total : 0
  return { ...row, counts: { ...counts, waiting: counts.waiting + Math.max(0, left) } }
}

const isToBegin = ({ state, was }: MailingRow): boolean => state === 'waiting' || (state === 'paused' && was === 'waiting')
