import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { acceptingScene, requestOf } from '../../test/support/accepting.ts'
import { type MessageStore, openMessageStore } from '../../test/support/message-store.ts'
import type { Account } from '../domain/account.ts'
import { WAITING } from '../domain/waiting.ts'
import type { SendRequest } from './request.ts'

let db: MessageStore
let scene: Awaited<ReturnType<typeof acceptingScene>>
before(async () => {
  db = await openMessageStore()
  const nineToTen = { window: { fromHour: 9, toHour: 22 }, byRecipient: true, refuses: false }
  scene = await acceptingScene(db, { house: { hours: nineToTen } })
})
after(() => db.close())

const MOSCOW = '79161234567'
const VLADIVOSTOK = '79147010000'
const KAZAKHSTAN = '77011234567'
const MAILING = { mailing: true } as const

/** The clock stands at a time of the day in Moscow, on a day after today: nothing that is held is due. */
const atMoscow = (clock: string): void => {
  scene.clock.nowMs = Date.parse(`${new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10)}T${clock}:00+03:00`)
}

/** When each message is to go, on Moscow's clock and with its reason; 'now': at once. */
async function times(account: Account, phones: readonly string[], of: Partial<SendRequest> = {}): Promise<string[]> {
  const { ref } = await scene.accept(requestOf(account, phones, of))
  const rows = await db.rows<{ due_at: string | null; reason: number | null }>(
    `select d.due_at::text, d.reason from messages m left join due_queue d on d.id = m.id
     where m.account_id = $1 and m.ref = $2 and m.state = -1 order by m.id`,
    [account.id, ref],
  )
  return rows.map(({ due_at, reason }) => {
    const isDue = due_at !== null && (reason === WAITING.hours.code || reason === WAITING.scheduled.code)
    if (!isDue) return 'now'
    const minutes = Math.round((Number(due_at) - scene.clock.nowMs) / 60_000)
    const clock = new Date(Number(due_at) + 180 * 60_000).toISOString().slice(11, 16)
    return `${clock}${reason === WAITING.hours.code ? '' : ' as asked for'}${minutes > 1440 ? ' later' : ''}`
  })
}

describe('fmts', () => {
  test('numbers outside the allowed codes are refused with err 250, the others go', async () => {
    const account = await scene.account({ fmts: '7,-77' })
    assert.deepEqual(await scene.verdicts(account, [MOSCOW, KAZAKHSTAN, '380501234567']), ['0/0', '23/250', '23/250'])
    assert.equal((await scene.estimate(requestOf(account, [KAZAKHSTAN]))).refusal, 'denied')
  })

  test('a list that cannot be read stops nothing', async () => {
    const account = await scene.account({ fmts: 'seven', tmlim: 'always', vld: 'x', dlim: -1 })
    assert.deepEqual(await scene.verdicts(account, [KAZAKHSTAN]), ['0/0'])
  })
})

describe('sending hours', () => {
  test('a mailing goes between 9 and 22 of each recipient, a single message at any time', async () => {
    const account = await scene.account({})
    atMoscow('16:30')
    assert.deepEqual(await times(account, [MOSCOW, VLADIVOSTOK], MAILING), ['now', '02:00'])
    assert.deepEqual(await times(account, [MOSCOW, VLADIVOSTOK]), ['now', 'now'])
    atMoscow('23:00')
    assert.deepEqual(await times(account, [MOSCOW, VLADIVOSTOK], MAILING), ['09:00', '02:00'])
    assert.deepEqual(await times(account, [MOSCOW], { advertising: true }), ['09:00'])
    assert.deepEqual(await times(account, [MOSCOW], { mailing: true, toGroups: true }), ['now'])
    assert.deepEqual(await times(account, [MOSCOW], { mailing: true, channel: 'hlr' }), ['now'])
  })

  test('a moment that was asked for counts, and so does each portion', async () => {
    const account = await scene.account({})
    atMoscow('12:00')
    const at = (clock: string) => {
      const line = { phones: [MOSCOW], text: 'Hello', comment: '', sender: undefined }
      const dueAtMs = scene.clock.nowMs + (Number(clock.slice(0, 2)) - 12) * 3_600_000
      return { ...MAILING, lines: [{ ...line, dueAtMs }] }
    }
    assert.deepEqual(await times(account, [], at('21:00')), ['21:00 as asked for'])
    assert.deepEqual(await times(account, [], at('23:00')), ['09:00'])
    const spread = { ...MAILING, spread: { portions: 2, everyMs: 11 * 3_600_000 } }
    assert.deepEqual(await times(account, [MOSCOW, '79161234568'], spread), ['now', '09:00'])
  })

  test('tmlim replaces them, on the account’s clock and for everything it sends', async () => {
    const account = await scene.account({ tmlim: '10-18' })
    atMoscow('19:00')
    assert.deepEqual(await times(account, [MOSCOW, VLADIVOSTOK]), ['10:00', '10:00'])
    assert.deepEqual(await times(account, [MOSCOW], MAILING), ['10:00'])
    atMoscow('17:59')
    assert.deepEqual(await times(account, [MOSCOW, VLADIVOSTOK], MAILING), ['now', 'now'])
  })

  test('fl2[16]: tmlim is counted in the subscribers’ zones', async () => {
    const account = await scene.account({ tmlim: '10-18', 'fl2[16]': 1 })
    atMoscow('12:00')
    assert.deepEqual(await times(account, [MOSCOW, VLADIVOSTOK]), ['now', '03:00'])
  })

  test('fl2[15]: what comes outside tmlim is refused with err 246 instead of held', async () => {
    const account = await scene.account({ tmlim: '10-18', 'fl2[15]': 1, 'fl2[16]': 1 })
    atMoscow('12:00')
    assert.deepEqual(await scene.verdicts(account, [MOSCOW, VLADIVOSTOK]), ['0/0', '23/246'])
    const withoutHours = await scene.account({ 'fl2[15]': 1 })
    assert.deepEqual(await times(withoutHours, [VLADIVOSTOK], { mailing: true }), ['now'])
    atMoscow('23:00')
    assert.deepEqual(await times(withoutHours, [MOSCOW], { mailing: true }), ['09:00'])
  })

  test('0-24 switches the hours off, and a window may pass midnight', async () => {
    atMoscow('03:00')
    assert.deepEqual(await times(await scene.account({ tmlim: '0-24' }), [MOSCOW], MAILING), ['now'])
    const nightly = await scene.account({ tmlim: '22-6' })
    assert.deepEqual(await times(nightly, [MOSCOW], MAILING), ['now'])
    atMoscow('06:00')
    assert.deepEqual(await times(nightly, [MOSCOW], MAILING), ['22:00'])
  })

  test('the validity of what is held begins with its hours', async () => {
    const account = await scene.account({ tmlim: '10-18' })
    atMoscow('19:00')
    await scene.accept(requestOf(account, [MOSCOW], { validityMs: 3_600_000 }))
    const { due_at, expires_at } = await db.row<{ due_at: string; expires_at: string }>(
      'select due_at::text, expires_at::text from messages where account_id = $1',
      [account.id],
    )
    assert.equal(Number(expires_at) - Number(due_at), 3_600_000)
  })

  test('its customer reads until when it is held', async () => {
    const account = await scene.account({ tmlim: '10-18' })
    atMoscow('19:00')
    const { ref } = await scene.accept(requestOf(account, [MOSCOW]))
    const [row] = await scene.store.findMessages(account.id, [{ ref, phone: MOSCOW }])
    assert.equal(new Date(row?.heldUntilMs ?? 0).toISOString().slice(11), '07:00:00.000Z')
  })
})

describe('mailings', () => {
  const MASS = Array.from({ length: 21 }, (_, at) => String(79_161_230_000 + at))

  test('fl[6]: mailings, and requests of more than twenty, are refused with err 244', async () => {
    const account = await scene.account({ 'fl[6]': 1 })
    assert.deepEqual(await scene.verdicts(account, [MOSCOW], MAILING), ['23/244'])
    assert.deepEqual(new Set(await scene.verdicts(account, MASS)), new Set(['23/244']))
    assert.deepEqual(await scene.verdicts(account, MASS.slice(0, 20)), Array(20).fill('0/0'))
    assert.deepEqual(await scene.verdicts(account, [MOSCOW], { advertising: true }), ['0/0'])
  })

  test('fl2[23]: mass messages and advertising are refused with err 243', async () => {
    const account = await scene.account({ 'fl2[23]': 1 })
    assert.deepEqual(await scene.verdicts(account, [MOSCOW], MAILING), ['23/243'])
    assert.deepEqual(new Set(await scene.verdicts(account, MASS)), new Set(['23/243']))
    assert.deepEqual(await scene.verdicts(account, [MOSCOW], { advertising: true }), ['23/243'])
    assert.deepEqual(await scene.verdicts(account, [MOSCOW]), ['0/0'])
  })
})

test('vld: no message is tried for longer, whatever its request says', async () => {
  const account = await scene.account({ vld: 90 })
  for (const validityMs of [86_400_000, 1_800_000]) await scene.accept(requestOf(account, [MOSCOW], { validityMs }))
  const rows = await db.rows<{ ms: string }>(
    'select (expires_at - due_at)::text as ms from messages where account_id = $1 order by id',
    [account.id],
  )
  assert.deepEqual(
    rows.map(({ ms }) => Number(ms) / 60_000),
    [90, 30],
  )
})

test('bots: a message goes by those that the account has, and by no other', async () => {
  const account = await scene.account({ bots: '@shop_bot, wa:79161230000' })
  const by = (bot: string) => scene.verdicts(account, [MOSCOW], { channel: 'bot', bot })
  assert.deepEqual(await by('@shop_bot'), ['0/0'])
  assert.deepEqual(await by('wa:79161230000'), ['0/0'])
  assert.deepEqual(await by('@other_bot'), ['23/254'])
})

test('the second attempt under delivery control keeps to the hours and the validity of its message', async () => {
  const account = await scene.account({ 'fl[5]': 1, sender2: 'Reserve', tmlim: '10-18', 'fl2[16]': 1, vld: 60 })
  atMoscow('12:00')
  await scene.accept(requestOf(account, [VLADIVOSTOK], { sender: 'Shop' }))
  const { control } = await db.row<{ control: object }>('select control from messages where account_id = $1', [account.id])
  assert.deepEqual(control, {
    ...{ on: 'failure', sender: 'Reserve', validityMs: 3_600_000 },
    hours: { fromHour: 10, toHour: 18, offsetMinutes: 600 },
  })
})

test('sender: the name of messages that say none; a point says that there is to be none', async () => {
  const account = await scene.account({ sender: 'Shop' })
  for (const sender of [undefined, 'Other', '.']) await scene.accept(requestOf(account, [MOSCOW], { sender }))
  const rows = await db.rows<{ sender: string }>('select sender from messages where account_id = $1 order by id', [account.id])
  assert.deepEqual(
    rows.map(({ sender }) => sender),
    ['Shop', 'Other', ''],
  )
})
