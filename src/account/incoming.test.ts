import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestStore } from '../../test/support/database.ts'
import { ALEX } from '../../test/support/http-api.ts'
import { idOfTime } from '../domain/message-id.ts'
import { pruneIncoming, storeIncoming } from '../store/incoming.ts'
import { createReadIncoming, type IncomingRequest } from './incoming.ts'

/** 22.11.2026 01:30 in Moscow; in Greenwich it is still the day before. */
const NOW = Date.UTC(2026, 10, 21, 22, 30)
const HOUR = 3_600_000

let db: Awaited<ReturnType<typeof openTestStore>>
before(async () => {
  db = await openTestStore()
  await db.store.pool.query(`insert into tariffs (name) values ('t');
    insert into accounts (id, login, payer_id, tariff_id) values (7, 'alex', 7, 1), (8, 'other', 8, 1);
    insert into numbers (number, account_id) values ('79990000001', 7), ('79990000002', 7), ('79990000003', 8)`)
  // hours ago, to the number that ends so
  const told: [hours: number, to: number][] = [[200, 1], [100, 1], [26, 2], [2, 1], [1, 1], [0.5, 2], [0.4, 3], [0.3, 1]] // biome-ignore format: a line
  const rows = told.map(([hours, to]) => {
    const atMs = NOW - hours * HOUR
    return {
      id: idOfTime(atMs),
      carrierId: 1,
      sender: '79161234567',
      recipient: `7999000000${to}`,
      body: String(hours),
      complete: true,
      atMs,
    }
  })
  await storeIncoming(db.store.session, rows, [], NOW)
})
after(() => db.close())

const idAgo = (hours: number): number => idOfTime(NOW - hours * HOUR)

const questions: [claim: string, asked: Partial<IncomingRequest>, told: number[]][] = [
  ['without a word it is today by the account’s clock, the latest first', {}, [0.3, 0.5, 1]],
  ['of more than are wanted the earliest are taken', { count: 2 }, [0.5, 1]],
  ['some hours', { hours: 48 }, [0.3, 0.5, 1, 2, 26]],
  ['a week', { hours: 168, count: 3 }, [2, 26, 100]],
  ['after one of them, the earliest first', { afterId: idAgo(26) }, [2, 1, 0.5, 0.3]],
  ['after one of them, so many', { afterId: idAgo(200), count: 2 }, [100, 26]],
  ['after one of them, of some hours', { afterId: idAgo(26), hours: 1 }, [1, 0.5, 0.3]],
  ['to one number', { hours: 168, recipient: '79990000002' }, [0.5, 26]],
  ['to somebody else’s number', { hours: 168, recipient: '79990000003' }, []],
  ['after the last', { afterId: idAgo(0.3) }, []],
  ['after none', { afterId: 0 }, [200, 100, 26, 2, 1, 0.5, 0.3]],
  ['after all there could be', { afterId: Number.MAX_SAFE_INTEGER }, []],
]
for (const [claim, asked, told] of questions) {
  test(claim, async () => {
    const readIncoming = createReadIncoming({ session: db.store.session, now: () => NOW })
    const messages = await readIncoming(ALEX, { count: 1000, ...asked })
    assert.deepEqual(
      messages.map(({ body }) => Number(body)),
      told,
    )
  })
}

test('what came before the months that are kept is dropped', async () => {
  await pruneIncoming(db.store.session, idAgo(26))
  const left = await db.store.pool.query('select body from incoming order by id')
  assert.deepEqual(
    left.rows.map(({ body }) => body),
    ['26', '2', '1', '0.5', '0.4', '0.3'],
  )
})
