import type { Commit } from './accept.ts'
import { int4Array, int8Array } from './binary.ts'
import type { Session, Statement } from './session.ts'

/**
 * After a lost connection: puts a tombstone where the commit's journal row would be. A server process that still
 * works on the commit makes this wait for it; if the tombstone stands, the commit did not happen and never will.
 */
const TOMBSTONE: Statement = {
  name: 'commit_tombstone',
  text: `insert into journal (id, node) values ($1, $2) on conflict (id) do nothing returning id`,
}

const STORED: Statement = {
  name: 'commit_stored',
  text: `
select m.id, m.ref, m.payer_id, p.balance::text from messages m join accounts p on p.id = m.payer_id
where m.account_id = any($1::int4[]) and m.id = any($2::int8[])`,
}

/** What stands of a commit whose answer was lost. */
export interface FoundCommit {
  readonly refs: ReadonlyMap<number, number> // by the message's id
  readonly balances: ReadonlyMap<number, bigint> // by payer, as they are now
}

/** Undefined: the commit did not happen, and never will. */
export async function wasCommitted(session: Session, commit: Commit): Promise<FoundCommit | undefined> {
  const tombstone = await session.run(TOMBSTONE, [commit.id, commit.node])
  if (tombstone.length > 0) return undefined
  const accountIds = commit.charges.map((charge) => charge.accountId)
  const rows = await session.run(STORED, [int4Array(accountIds), int8Array(commit.messages.map((message) => message.id))])
  return {
    refs: new Map(rows.map(([id, ref]) => [Number(id), Number(ref)])),
    balances: new Map(rows.map(([, , payerId, balance]) => [payerId as number, BigInt(balance as string)])),
  }
}
