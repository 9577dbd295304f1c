import assert from 'node:assert/strict'
import { WAITING } from '../../src/domain/waiting.ts'
import type { Taken } from '../support/carrier.ts'
import type { Centre } from '../support/centre.ts'
import { eventually } from '../support/eventually.ts'
import type { Sent } from './load.ts'

interface Row {
  readonly recipient: string
  readonly login: string
  readonly ref: string
  readonly state: number
  readonly err: number
  readonly duplicates: number
  readonly price: string
}

export interface Counts {
  readonly ok: number
  readonly refused: number
  readonly silence: number
  readonly messages: number
  /** Messages marked as possible duplicates, and those that the carrier really has twice. */
  readonly marked: number
  readonly twice: number
  /** Receipts that came again over SMPP, since a kill cut off the session that had just acknowledged them. */
  readonly repeated: number
}

/**
 * Resolves once nothing is on its way any more. What was sent once more after a crash, and was then caught by another
 * one, is held: nobody sends it a third time.
 */
export async function drained(centre: Centre, patienceMs = 60_000): Promise<void> {
  await eventually(async () => {
    const left = await centre.query<{ state: number; reason: number | null; count: string; example: string }>(
      `select m.state, d.reason, count(*), min(m.id) as example from messages m left join due_queue d on d.id = m.id
       where m.state in (-1, 0) and not (m.duplicates > 0 and d.reason is not distinct from $1) group by 1, 2`,
      [WAITING.held.code],
    )
    assert.deepEqual(left, [], 'messages that are still on their way')
    // What is neither a range nor a list stands for a commit that never happened.
    const [noted] = await centre.query(
      `select (select count(*)::int from journal where high > 0 or ids <> '{}') as journal, (select count(*)::int from handed) as handed`,
    )
    assert.deepEqual(noted, { journal: 0, handed: 0 }, 'notes for the next start, about nothing')
  }, patienceMs)
}

/** What every round must leave behind, for the requests of the round. */
export async function checkRound(centre: Centre, sent: readonly Sent[], taken: readonly Taken[]): Promise<Counts> {
  const phones = sent.flatMap((one) => one.phones)
  const rows = await centre.query<Row>(
    `select m.recipient, a.login, m.ref, m.state, m.err, m.duplicates, m.price
     from messages m join accounts a on a.id = m.account_id where m.recipient = any($1)`,
    [phones],
  )
  const stored = groupBy(rows, (row) => row.recipient)
  const arrivals = groupBy(taken, ({ submit }) => submit.to)

  for (const { answer, ref, login, phones, said } of sent) {
    const mine = phones.flatMap((phone) => stored.get(phone) ?? [])
    for (const phone of phones) {
      assert.ok((stored.get(phone)?.length ?? 0) <= 1, `${phone} is stored once at most`)
    }
    if (answer === 'ok') {
      assert.equal(mine.length, phones.length, `${login} was told ${said}, so ${phones[0]} is stored`)
      for (const row of mine) assert.deepEqual([row.login, Number(row.ref)], [login, ref], `${row.recipient} is the customer's`)
    } else if (answer === 'refused') {
      for (const row of mine) assert.equal(row.price, '0', `${login} was told ${said}: it costs nothing`)
    } else {
      assert.ok(mine.length === 0 || mine.length === phones.length, `all of the request for ${phones[0]} is stored, or nothing`)
    }
  }

  let marked = 0
  let twice = 0
  for (const row of rows) {
    const parts = groupBy(arrivals.get(row.recipient) ?? [], ({ submit }) => submit.part?.number ?? 1)
    const most = Math.max(0, ...[...parts.values()].map((same) => same.length))
    const inDoubtTwice = row.state === -1 && row.duplicates > 0
    if (row.price !== '0' && !inDoubtTwice) {
      assert.ok(most > 0, `${row.recipient} (state ${row.state}, err ${row.err}) was paid for, so it reached the carrier`)
      assert.equal(row.state, 1, `${row.recipient} reached the carrier, so it is delivered in the end (err ${row.err})`)
    }
    if (row.duplicates > 0) marked += 1
    if (most > 1) twice += 1
    assert.ok(most <= 1 + row.duplicates, `${row.recipient} reached the carrier ${most} times, marked ${row.duplicates} times`)
  }
  for (const phone of arrivals.keys()) assert.ok(stored.has(phone), `${phone} reached the carrier, so it is stored`)

  return {
    ok: sent.filter(({ answer }) => answer === 'ok').length,
    refused: sent.filter(({ answer }) => answer === 'refused').length,
    silence: sent.filter(({ answer }) => answer === 'silence').length,
    messages: rows.length,
    marked,
    twice,
    repeated: 0,
  }
}

/** Nobody has paid twice, and the books prove it. */
export async function checkMoney(centre: Centre, logins: readonly string[], start: number): Promise<void> {
  const accounts = await centre.query<{ login: string; balance: string; spent: string }>(
    `select a.login, a.balance, coalesce(sum(m.price - m.refunded), 0) as spent
     from accounts a left join messages m on m.payer_id = a.id where a.login = any($1) group by a.id`,
    [logins],
  )
  assert.equal(accounts.length, logins.length)
  for (const { login, balance, spent } of accounts) {
    assert.equal(BigInt(balance), BigInt(start) * 1_000_000n - BigInt(spent), `${login} paid for its messages, once`)
  }
  const audit = (await centre.admin('GET', '/audit')) as { ok: boolean; differences: readonly string[] }
  assert.deepEqual([audit.ok, audit.differences], [true, []])
}

function groupBy<Key, Value>(values: Iterable<Value>, keyOf: (value: Value) => Key): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>()
  for (const value of values) {
    const key = keyOf(value)
    const group = groups.get(key)
    if (group) group.push(value)
    else groups.set(key, [value])
  }
  return groups
}
