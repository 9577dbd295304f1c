import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../support/eventually.ts'
import { type SmppClient, smppClient } from '../support/smpp-client.ts'
import { newPhone, type Sent } from './load.ts'

/** A customer's gateway: one session over SMPP, taken up again whenever it ends, which sends and takes receipts. */
export interface Gateway {
  /** Keeps so many messages under way until `stop` is called, which resolves when each has its answer, or never will. */
  load(): { readonly sent: readonly Sent[]; stop(): Promise<void> }
  /** Resolves once each of these messages has its receipt. Fails when one came twice over the same session. */
  receipts(refs: readonly number[]): Promise<{ readonly repeated: number }>
  close(): Promise<void>
}

export interface GatewayOptions {
  readonly port: number
  readonly login: string
  readonly password: string
  readonly window: number
}

const RECONNECT_MS = 20
const REFUSED_MS = 20
const DELIVERED = /^id:(\d+) sub:\d+ dlvrd:\d+ submit date:\d+ done date:\d+ stat:DELIVRD /

export function openGateway({ port, login, password, window }: GatewayOptions): Gateway {
  /** By message: the sessions, as numbers, over which its receipt came. */
  const told = new Map<number, number[]>()
  let session: SmppClient | undefined
  let sessions = 0
  let closing = false

  async function connect(): Promise<void> {
    sessions += 1
    const number = sessions
    const made = await smppClient({
      ...{ port, systemId: login, password },
      delivered({ short_message: text }) {
        const [, id] = DELIVERED.exec(Buffer.from(text).toString('latin1')) ?? []
        const ref = Number(id ?? Number.NaN)
        told.set(ref, [...(told.get(ref) ?? []), number])
        return 0
      },
    })
    if (made.status === 0) session = made
    else made.destroy()
    await made.closed
    session = undefined
  }
  const living = (async () => {
    while (!closing) {
      await connect().catch(() => {})
      await pause(RECONNECT_MS)
    }
  })()

  async function send(sent: Sent[]): Promise<void> {
    if (!session) return void (await pause(RECONNECT_MS))
    const phone = newPhone()
    const one: Sent = { login, phones: [phone], answer: 'silence', ref: 0, said: 'nothing' }
    sent.push(one)
    const submit = {
      command: 'submit_sm',
      destination_addr: phone,
      registered_delivery: 1,
      short_message: Buffer.from(`To ${phone}`),
    } as const
    const answer = await session.ask(submit).catch(() => undefined)
    if (answer?.command !== 'submit_sm_resp') return
    one.said = `command_status ${answer.status}, message_id '${answer.message_id}'`
    one.answer = answer.status === 0 ? 'ok' : 'refused'
    one.ref = answer.status === 0 ? Number(answer.message_id) : 0
    if (answer.status !== 0) await pause(REFUSED_MS)
  }

  return {
    load() {
      const sent: Sent[] = []
      let stopped = false
      const senders = Array.from({ length: window }, async () => {
        while (!stopped) await send(sent)
      })
      return {
        sent,
        async stop() {
          stopped = true
          await Promise.all(senders)
        },
      }
    },

    async receipts(refs) {
      await eventually(() => {
        const missing = refs.filter((ref) => !told.has(ref))
        assert.deepEqual(missing.slice(0, 5), [], `${missing.length} of ${refs.length} receipts of ${login} have not come`)
      }, 120_000)
      assert.ok(!told.has(Number.NaN), 'every delivery is the receipt of a delivered message')
      let repeated = 0
      for (const [ref, over] of told) {
        assert.equal(
          new Set(over).size,
          over.length,
          `the receipt of ${ref} came twice over one session, which had acknowledged it`,
        )
        if (over.length > 1) repeated += 1
      }
      told.clear()
      return { repeated }
    },

    async close() {
      closing = true
      await session?.unbind()
      await living
    },
  }
}
