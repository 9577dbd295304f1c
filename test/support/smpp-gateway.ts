import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import smpp, { type Pdu, type Session } from 'smpp'
import type { Centre } from './centre.ts'
import { eventually, within } from './eventually.ts'

/** A customer's gateway on the npm package `smpp`: submits, and takes what it is delivered. */
export interface Gateway {
  /** Fails the test when it is refused; resolves with the message_id. */
  submitted(fields: object): Promise<string>
  submittedMulti(fields: object): Promise<string>
  /** deliver_sm, in the order they came. */
  readonly got: readonly Pdu[]
  /** The texts of those. */
  texts(): string[]
  /** message_ids that receipts named. */
  ids(): string[]
  /** The command_status a deliver_sm is answered with; undefined: no answer yet. */
  answers: (pdu: Pdu) => number | undefined
  /** Answers what was left without an answer. */
  answerRest(): void
  mostUnanswered(): number
  /** Resolves once so many have come in all. */
  received(count: number): Promise<void>
  destroy(): void
}

type Bind = 'bind_transceiver' | 'bind_receiver' | 'bind_transmitter'

export async function smppGateway(
  t: TestContext,
  centre: Centre,
  login: string,
  {
    bind = 'bind_transceiver',
    fields = {},
    answers = () => 0,
  }: { bind?: Bind; fields?: object; answers?: Gateway['answers'] } = {},
): Promise<Gateway> {
  const session: Session = smpp.connect({ host: '127.0.0.1', port: centre.smppPort })
  const got: Pdu[] = []
  const open: Pdu[] = []
  let most = 0
  session.on('error', () => {})
  t.after(() => session.destroy())
  const reply = (pdu: Pdu, command_status: number) => void session.send(pdu.response({ command_status }))
  session.on('enquire_link', (pdu: Pdu) => reply(pdu, 0))
  session.on('deliver_sm', (pdu: Pdu) => {
    got.push(pdu)
    open.push(pdu)
    most = Math.max(most, open.length)
    const status = gateway.answers(pdu)
    if (status === undefined) return
    setImmediate(() => {
      open.splice(open.indexOf(pdu), 1)
      reply(pdu, status)
    })
  })
  const ask = (operation: Bind | 'submit_sm' | 'submit_multi', of: object): Promise<Pdu> =>
    within(new Promise((resolve) => void session[operation](of, resolve)), `an answer to ${operation}`)
  const accepted = async (operation: 'submit_sm' | 'submit_multi', of: object): Promise<string> => {
    const { command_status, message_id } = await ask(operation, of)
    assert.equal(command_status, 0)
    return message_id
  }
  const gateway: Gateway = {
    got,
    answers,
    texts: () => got.map(textOf),
    ids: () => got.map((pdu) => /^id:(\d+) /.exec(textOf(pdu))?.[1] ?? ''),
    submitted: (of) => accepted('submit_sm', of),
    submittedMulti: (of) => accepted('submit_multi', of),
    answerRest() {
      for (const pdu of open.splice(0)) reply(pdu, 0)
    },
    mostUnanswered: () => most,
    received: (count) => eventually(() => assert.ok(got.length >= count, `${got.length} of ${count} came`)),
    destroy: () => session.destroy(),
  }
  const { command_status } = await ask(bind, {
    system_id: login,
    password: `${login}-secret`,
    interface_version: 0x34,
    ...fields,
  })
  assert.equal(command_status, 0)
  return gateway
}

const textOf = (pdu: Pdu): string => String((pdu.message_payload ?? pdu.short_message)?.message ?? '')
