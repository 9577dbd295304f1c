import assert from 'node:assert/strict'
import { heliogram } from '../../support/command-line.ts'
import { eventually } from '../../support/eventually.ts'
import { story } from '../../support/story.ts'
import { type Kannel, startKannel } from './kannel-boxes.ts'
import { missing, type PeersScene } from './scene.ts'
import { startWeb, type Web } from './web.ts'

const skip = missing('Kannel', 'kannel', ['/usr/sbin/bearerbox'])

/** What `%d` says (Kannel user's guide, delivery reports). */
const DLR = { delivered: '1', failed: '2', accepted: '8', rejected: '16' } as const

const LONG = 'A long text that Kannel cuts into parts with a header of its own, as it has done for twenty years. '.repeat(3)

export function tellKannel(scene: () => PeersScene): void {
  story(
    'Kannel with the block of docs/smpp.md sends, splits, reads receipts and replies, and understands refusals',
    async (t) => {
      const { customer, ...account } = await scene().account('kannel')
      const web = await startWeb(t)
      const kannel = await startKannel(t, scene(), { ...account, incoming: web.url })
      const ids = sender(kannel, web)

      const [plain, cyrillic, long, unknown, refused] = await Promise.all([
        ids('79161234521', 'Hello from Kannel: @ £ [€]'),
        ids('79161234522', 'Привет из Kannel', { coding: '2' }),
        ids('79161234523', LONG),
        ids('79070000021', 'To a number that does not exist'),
        ids('123', 'To what is no number'),
      ])
      const seen = async (phone: string, id: string) => (await customer.status(phone, id, { all: 1 })).message

      assert.deepEqual(plain.events, [DLR.accepted, DLR.delivered])
      assert.equal(await seen('79161234521', plain.id), 'Hello from Kannel: @ £ [€]')
      assert.deepEqual(cyrillic.events, [DLR.accepted, DLR.delivered])
      assert.equal(await seen('79161234522', cyrillic.id), 'Привет из Kannel')
      assert.deepEqual(long.events.slice(-1), [DLR.delivered])
      assert.deepEqual(unknown.events, [DLR.accepted, DLR.failed])
      assert.deepEqual(refused.events, [DLR.rejected])

      await scene().centre.admin('POST', '/numbers', { number: '79030000002', account: account.login })
      await scene().centre.admin('PATCH', `/accounts/${account.login}/settings`, { 'fl[1]': 1 })
      const text = 'Ответ из Kannel'
      await heliogram(scene().centre, 'sandbox', 'mo', '--from', '79161234520', '--to', '79030000002', '--text', text)
      const heard = () => web.calls.find((call) => call.get('text') === text)
      await eventually(() => assert.ok(heard(), web.calls.join('\n')))
      assert.deepEqual([heard()?.get('from'), heard()?.get('to')], ['+79161234520', '+79030000002'])
      assert.doesNotMatch(kannel.log(), COMPLAINTS)
    },
    { skip },
  )

  story(
    'Kannel sends again what was throttled, and nothing is lost',
    async (t) => {
      const { customer: _, ...account } = await scene().account('slow', { throughput: 2 })
      const web = await startWeb(t)
      const kannel = await startKannel(t, scene(), { ...account, incoming: web.url })
      const ids = sender(kannel, web)
      const phones = Array.from({ length: 5 }, (_, at) => `7916123453${at}`)
      const results = await Promise.all(phones.map((phone) => ids(phone, 'Faster than allowed')))
      for (const { events } of results) assert.equal(events.at(-1), DLR.delivered)
      assert.match(kannel.log(), /0x00000058/, 'it was throttled')
      assert.doesNotMatch(kannel.log(), COMPLAINTS)
    },
    { skip },
  )
}

/** What Kannel writes of PDUs it can't make sense of. */
const COMPLAINTS = /unpack|malformed|no NULL|Unknown PDU|protocol error|PANIC|got DLR but could not find message/i

interface Sent {
  readonly id: string // message_id
  readonly events: readonly string[]
}

/** Sends, and resolves when nothing more is to come. */
const sender =
  (kannel: Kannel, web: Web) =>
  async (to: string, text: string, params: Readonly<Record<string, string>> = {}): Promise<Sent> => {
    const url = `${web.url}?to=${to}&event=%d&id=%F`
    await kannel.send({ from: 'Heliogram', to, text, 'dlr-mask': '31', 'dlr-url': url, ...params })
    return eventually(() => {
      const calls = web.calls.filter((call) => call.get('to') === to)
      const events = calls.map((call) => call.get('event') ?? '')
      const final = events.some((event) => event === DLR.delivered || event === DLR.failed || event === DLR.rejected)
      assert.ok(final, `${to}: ${events.join(', ')}`)
      return { id: calls.at(-1)?.get('id') ?? '', events: events.filter((event) => event !== '4') }
    })
  }
