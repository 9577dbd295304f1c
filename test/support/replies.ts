import assert from 'node:assert/strict'
import { openPhoneBook } from '../../src/account/phone-book.ts'
import type { Account } from '../../src/domain/account.ts'
import { DAY_MS } from '../../src/domain/calendar.ts'
import { channelCode } from '../../src/domain/channel.ts'
import { idOfTime } from '../../src/domain/message-id.ts'
import { startFollowUps } from '../../src/lifecycle/follow-ups.ts'
import { makeIncoming } from '../../src/lifecycle/incoming.ts'
import { followUpStore, incomingWorkStore } from '../../src/lifecycle/incoming-store.ts'
import { type IncomingWorkStore, startIncomingWork } from '../../src/lifecycle/incoming-work.ts'
import type { Accept } from '../../src/lifecycle/request.ts'
import type { Incoming as Told } from '../../src/store/incoming.ts'
import { ensurePartitions, PARTITIONED_TABLES } from '../../src/store/partitions.ts'
import { glancing } from '../../src/store/pool-session.ts'
import { eventually } from './eventually.ts'
import type { MessageStore } from './message-store.ts'
import { openRig } from './path.ts'

/** Messages of three weeks can be stored. */
export const withPast = (db: MessageStore): Promise<unknown> =>
  ensurePartitions(db.store.pool, PARTITIONED_TABLES, Date.now() - 21 * DAY_MS, 1)

/** Handsets that write, and what follows from it, on a node; each message of the centre's own costs 1.00. */
export function openReplies(
  db: MessageStore,
  wish: { node?: number; store?: Partial<IncomingWorkStore>; accept?: (accept: Accept) => Accept; tell?: readonly number[] } = {},
) {
  const { node = 0 } = wish
  const rig = openRig(db, { node })
  const session = db.sessions.general
  const phoneBook = openPhoneBook({ pool: db.store.pool, profile: 'russia', hint: () => undefined })
  const told: Told[] = []

  const accept: Accept = async ({ account, channel, lines, sender, ref }) => {
    const [line] = lines
    const draft = rig.draft({
      ...{ recipient: (line?.phones[0] ?? '').replace(/^\+/, ''), sender: sender ?? '', channel },
      content: { kind: 'text', text: line?.text ?? '' },
    })
    const stored = await rig.send(account, [draft], { ref })
    return { ref: stored.ref, parts: 1, price: 1n, balance: stored.balance, recipients: [], refusal: undefined }
  }
  const followUps = startFollowUps({
    store: followUpStore(session, node),
    accept: (wish.accept ?? ((as) => as))(accept),
    now: rig.now,
  })
  const work = startIncomingWork({
    store: { ...incomingWorkStore(session, glancing(db.store.pool), node), ...wish.store },
    ...{ optOuts: phoneBook.optOuts, profile: 'russia', takeIds: rig.ids.take, now: rig.now },
    tell: () => wish.tell ?? [],
    told: (incoming) => void told.push(incoming),
    owed: followUps.wake,
  })
  const incoming = makeIncoming({
    ...{ store: rig.store, takeIds: rig.ids.take, now: rig.now, profile: 'russia' },
    told: {
      accounts: () => wish.tell ?? [],
      written: (incoming) => {
        told.push(incoming)
        if (incoming.tasks > 0) work.wake()
      },
    },
  })
  const stop = async (): Promise<void> => {
    await work.stop()
    await followUps.stop()
    phoneBook.stop()
  }
  db.beforeClose(stop)

  return {
    ...{ rig, phoneBook, told, incoming, stop },
    /** Resolves when the message is stored. */
    write: (from: string, to: string, text: string, atMs = Date.now()): Promise<void> =>
      new Promise((resolve) => incoming.receive(1, [{ from, to, text, part: undefined, atMs }], resolve)),
    wake: () => {
      work.wake()
      followUps.wake()
    },
  }
}

/** A message of an account, as it stands some time after it was sent. Resolves with its id. */
export async function sentBefore(
  db: MessageStore,
  account: Account,
  recipient: string,
  agoMs: number,
  of: { state?: number; err?: number; ref?: number; channel?: 'sms' | 'hlr' } = {},
): Promise<number> {
  const { state = 1, err = 0, ref = 5, channel = 'sms' } = of
  sent += 1
  const id = idOfTime(Date.now() - agoMs) + (sent % 200)
  await db.rows(
    `insert into messages (account_id, id, ref, price, expires_at, due_at, payer_id, channel, lane, parts, recipient, sender, body, state, err, state_at)
     values ($1, $2, $3, 0, $4, $4, $1, $5, 1, 1, $6, 'Sender', 'Hello', $7, $8, $4)`,
    [account.id, id, ref, Date.now() - agoMs, channelCode(channel), recipient, state, err],
  )
  return id
}

const freshNumber = () => String(79_170_000_000 + ++used)

/** An account with settings and a number of its own. */
export async function owner(db: MessageStore, settings: object): Promise<{ account: Account; number: string }> {
  const account = await db.account()
  const number = freshNumber()
  await db.rows('update accounts set settings = $2 where id = $1', [account.id, settings])
  await db.rows('insert into numbers (number, account_id) values ($1, $2)', [number, account.id])
  return { account, number }
}

/** What the account has sent by itself, once nothing is left to do for it. */
export const sentBy = (db: MessageStore, account: Account) =>
  eventually(async () => {
    const [left] = await db.rows<{ count: number }>(
      `select (select count(*) from incoming_tasks where account_id = $1) + (select count(*) from follow_ups where account_id = $1) as count`,
      [account.id],
    )
    assert.equal(Number(left?.count), 0)
    const rows = await db.rows<{ recipient: string; body: string; channel: number; price: string }>(
      'select recipient, body, channel, price from messages where account_id = $1 order by recipient, id',
      [account.id],
    )
    return rows.map(({ recipient, body, channel }) => [recipient, body, channel])
  })

let sent = 0
let used = 0
