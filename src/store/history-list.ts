import { channelCode } from '../domain/channel.ts'
import { textArray } from './binary.ts'
import { HISTORY_COLUMNS, type HistoryRow, readHistory } from './history.ts'
import type { Session, Statement } from './session.ts'

/** Which of an account's messages are listed; the newest first. */
export interface HistoryQuestion {
  readonly accountId: number
  readonly fromId: number
  readonly toId: number // the first that is not in it
  /** E-mails only, or everything else. */
  readonly mail: boolean
  /** To these only; none: to anybody. */
  readonly recipients: readonly string[]
  readonly limit: number
}

/** A message, or the first row of one that its customer submitted part by part. */
export interface ListedRow extends HistoryRow {
  readonly firstPartId: number // its own id; 0: it is a message by itself
}

/** flags & 8: the customer took it out of the history. Of parts submitted one by one the first stands for all. */
const shown = (mail: boolean): string =>
  `flags & 8 = 0 and first_part_id in (0, id) and channel ${mail ? '=' : '<>'} ${channelCode('mail')}`

/*
 * Along the primary key, backwards: an account's messages of a month lie together in it, and the months are in the order of their
 * ids, so it ends where enough is found; e-mails have an index of their own, which is alike. Texts are looked up for what was found.
 * A list of numbers is a subquery, which is hashed.
 */
const walk = (mail: boolean): Statement => ({
  name: mail ? 'history_walk_mail' : 'history_walk',
  text: `
select m.first_part_id, ${HISTORY_COLUMNS} from (
  select * from messages
  where account_id = $1 and id >= $2 and id < $3 and ${shown(mail)} and ($4::text[] is null or recipient in (select unnest($4::text[])))
  order by id desc limit $5
) m order by m.id desc`,
})
const WALK = walk(false)
const WALK_MAIL = walk(true)

/* Where the index of closed months has the recipients; `id + 0`: nothing is won by walking in the order of ids here. */
const ofNumbers = (mail: boolean): Statement => ({
  name: mail ? 'history_of_addresses' : 'history_of_numbers',
  text: `
select m.first_part_id, ${HISTORY_COLUMNS} from (
  select f.* from unnest($4::text[]) as q(recipient)
  cross join lateral (
    select * from messages
    where recipient = q.recipient and account_id = $1 and id >= $2 and id < $3 and ${shown(mail)}
    order by id + 0 desc limit $5
  ) f order by f.id desc limit $5
) m order by m.id desc`,
})
const NUMBERS = ofNumbers(false)
const ADDRESSES = ofNumbers(true)

const valuesOf = ({ accountId, fromId, toId, recipients, limit }: HistoryQuestion): unknown[] => [
  accountId,
  fromId,
  toId,
  recipients.length === 0 ? null : textArray([...new Set(recipients)]),
  limit,
]

const readListed = ([firstPartId, ...row]: readonly unknown[]): ListedRow => ({
  ...readHistory(row),
  firstPartId: Number(firstPartId),
})

/** Reads along the account's messages; with recipients it reads all there are in the span. */
export const walkHistory = async (session: Session, question: HistoryQuestion): Promise<ListedRow[]> =>
  (await session.run(question.mail ? WALK_MAIL : WALK, valuesOf(question))).map(readListed)

/** Finds messages by their recipients: for months that have the index of recipients. */
export const historyOfNumbers = async (session: Session, question: HistoryQuestion): Promise<ListedRow[]> =>
  (await session.run(question.mail ? ADDRESSES : NUMBERS, valuesOf(question))).map(readListed)
