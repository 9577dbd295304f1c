import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { acceptingScene, requestOf } from '../../test/support/accepting.ts'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import type { Account } from '../domain/account.ts'
import { forgetDayCounts } from '../store/day-counts.ts'

let db: MessageStore
let scene: Awaited<ReturnType<typeof acceptingScene>>
before(async () => {
  db = await openMessageStore()
  scene = await acceptingScene(db)
})
after(() => db.close())

const [ANNA, BORIS, VERA] = ['79161234567', '79161234568', '79161234569']
const OVER_ACCOUNT = '23/247'
const OVER_NUMBER = '23/251'

describe('limits of a day', () => {
  test('dlim: so many messages of the account, the first of a request before the last', async () => {
    const account = await scene.account({ dlim: 3 })
    assert.deepEqual(await scene.verdicts(account, [ANNA, BORIS]), ['0/0', '0/0'])
    assert.deepEqual(await scene.verdicts(account, [ANNA, BORIS, VERA]), ['0/0', OVER_ACCOUNT, OVER_ACCOUNT])
    const refused = await scene.accept(requestOf(account, [ANNA]))
    assert.equal(refused.refusal, 'denied') // error 6 of send.php
    assert.equal(refused.price, 0n)
  })

  test('plim: so many to one number, whatever others get', async () => {
    const account = await scene.account({ plim: 2 })
    assert.deepEqual(await scene.verdicts(account, [ANNA]), ['0/0'])
    assert.deepEqual(await scene.verdicts(account, [ANNA, BORIS]), ['0/0', '0/0'])
    assert.deepEqual(await scene.verdicts(account, [ANNA, BORIS]), [OVER_NUMBER, '0/0'])
  })

  test('tlim: so many of one text to one number; another text, or another number, is another', async () => {
    const account = await scene.account({ tlim: 1 })
    const text = (written: string) => ({
      lines: [{ phones: [ANNA], text: written, comment: '', sender: undefined, dueAtMs: 0 }],
    })
    assert.deepEqual(await scene.verdicts(account, [], text('Hello')), ['0/0'])
    assert.deepEqual(await scene.verdicts(account, [], text('Hello')), [OVER_NUMBER])
    assert.deepEqual(await scene.verdicts(account, [], text('Hello again')), ['0/0'])
    assert.deepEqual(await scene.verdicts(account, [BORIS]), ['0/0'])
  })

  test('ilim: so many for one userip; a request without one counts for nobody', async () => {
    const account = await scene.account({ ilim: 1 })
    assert.deepEqual(await scene.verdicts(account, [ANNA], { userIp: '192.0.2.1' }), ['0/0'])
    assert.deepEqual(await scene.verdicts(account, [BORIS], { userIp: '192.0.2.1' }), [OVER_ACCOUNT])
    assert.deepEqual(await scene.verdicts(account, [BORIS], { userIp: '192.0.2.2' }), ['0/0'])
    assert.deepEqual(await scene.verdicts(account, [VERA, ANNA]), ['0/0', '0/0'])
  })

  test('what one limit refuses does not count for the others', async () => {
    const account = await scene.account({ dlim: 2, plim: 1 })
    assert.deepEqual(await scene.verdicts(account, [ANNA]), ['0/0'])
    assert.deepEqual(await scene.verdicts(account, [ANNA]), [OVER_NUMBER])
    assert.deepEqual(await scene.verdicts(account, [BORIS, VERA]), ['0/0', OVER_ACCOUNT])
  })

  test('what the balance refuses does not count either', async () => {
    const account = await scene.account({ dlim: 1 }, { balance: 0n })
    assert.deepEqual((await scene.accept(requestOf(account, [ANNA]))).refusal, 'insufficient_funds')
    await db.store.pool.query('update accounts set balance = 5000000 where id = $1', [account.id])
    assert.deepEqual(await scene.verdicts(account, [ANNA]), ['0/0'])
    assert.deepEqual(await scene.verdicts(account, [ANNA]), [OVER_ACCOUNT])
  })

  test('the day is the account’s: a minute before its midnight is another day than a minute after', async () => {
    const account = await scene.account({ dlim: 1 })
    scene.clock.nowMs = Date.parse('2027-03-01T20:59:00Z') // 23:59 in Moscow
    assert.deepEqual(await scene.verdicts(account, [ANNA]), ['0/0'])
    assert.deepEqual(await scene.verdicts(account, [ANNA]), [OVER_ACCOUNT])
    scene.clock.nowMs += 120_000
    assert.deepEqual(await scene.verdicts(account, [ANNA]), ['0/0'])
  })

  test('an additional login has limits of its own within those of its account', async () => {
    const account = await scene.account({ dlim: 4 })
    const login = (settings: Record<string, number>, nth: number): Account => ({
      ...{ ...account, settings: { ...account.settings, ...settings } },
      additional: {
        ...{ id: 2_000_000 + account.id * 10 + nth, version: 1, accountLogin: account.login },
        ...{ accountSettings: account.settings, accountOffsetMinutes: account.utcOffsetMinutes },
      },
    })
    const [first, second] = [login({ dlim: 1 }, 1), login({ dlim: 100, plim: 1 }, 2)]
    assert.deepEqual(await scene.verdicts(account, [ANNA]), ['0/0'])
    assert.deepEqual(await scene.verdicts(first, [ANNA]), ['0/0'], 'what others of the account sent is not its')
    assert.deepEqual(await scene.verdicts(first, [BORIS]), [OVER_ACCOUNT])
    assert.deepEqual(await scene.verdicts(second, [ANNA, ANNA.replace('7', '8')]), ['0/0'])
    assert.deepEqual(await scene.verdicts(second, [ANNA]), [OVER_NUMBER])
    assert.deepEqual(await scene.verdicts(second, [BORIS, VERA]), ['0/0', OVER_ACCOUNT], 'no more than its account may')
    assert.deepEqual(await scene.verdicts(account, [VERA]), [OVER_ACCOUNT])
    assert.deepEqual(await scene.verdicts(login({ dlim: 0 }, 3), [VERA]), [OVER_ACCOUNT], 'nor with no limit of its own')
  })

  test('another node, and this one after a restart, knows what was sent', async () => {
    const account = await scene.account({ dlim: 5 })
    const other = scene.another()
    const sent = await Promise.all(
      Array.from({ length: 8 }, (_, at) => scene.verdicts(account, [ANNA], {}, (at % 2 ? scene : other).accept)),
    )
    assert.equal(sent.flat().filter((verdict) => verdict === '0/0').length, 5)
    assert.deepEqual(await scene.verdicts(account, [ANNA], {}, scene.another().accept), [OVER_ACCOUNT])
  })

  test('requests that come together are counted together, and a mass of numbers in slices', async () => {
    const account = await scene.account({ plim: 1 }, { balance: 100_000_000_000n })
    const numbers = Array.from({ length: 6_000 }, (_, at) => String(79_160_000_000 + at))
    const [one, other] = await Promise.all([scene.verdicts(account, numbers), scene.verdicts(account, numbers)])
    assert.equal(one.filter((verdict, at) => (verdict === '0/0') !== (other[at] === '0/0')).length, 6_000)
  })

  test('a question for the price counts nothing, and so does an account without limits', async () => {
    const account = await scene.account({ dlim: 1 })
    for (const _ of [1, 2, 3]) assert.equal((await scene.estimate(requestOf(account, [ANNA]))).refusal, undefined)
    assert.deepEqual(await scene.verdicts(account, [ANNA]), ['0/0'])
    const free = await scene.account({ fmts: '7' })
    await scene.verdicts(free, [ANNA, BORIS])
    assert.deepEqual(await db.rows('select from day_counts where account_id = $1', [free.id]), [])
  })

  test('days that are over are forgotten', async () => {
    await forgetDayCounts(db.store.session, 1_000_000)
    assert.deepEqual(await db.rows('select from day_counts'), [])
  })
})
