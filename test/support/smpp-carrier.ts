import type { TestContext } from 'node:test'
import type { Connector, Outgoing } from '../../src/connectors/connector.ts'
import { outgoing, type Seen, until, watch } from '../../src/connectors/contract.ts'
import { smpp } from '../../src/connectors/smpp/smpp.ts'
import type { Pdu, PduOf } from '../../src/protocols/smpp/pdu.ts'
import { type Smsc, type SmscOptions, type SmscSession, startSmsc } from './smsc.ts'

/** Our SMPP connector, what it said, and the SMSC at its far end. */
export interface CarrierRig {
  readonly smsc: Smsc
  readonly connector: Connector
  readonly seen: Seen
  /** Submits texts with ids from 1 on, and the rest as told. */
  send(count: number, override?: Partial<Outgoing>): void
  answered(count: number): Promise<void>
}

export interface RigOptions extends SmscOptions {
  readonly settings?: Readonly<Record<string, unknown>>
  /** Do not wait for the link. */
  readonly down?: boolean
}

/** Both ends, up and bound; they are taken down when the test ends. */
export async function carrierRig(
  t: TestContext,
  { settings = {}, down = false, ...options }: RigOptions = {},
): Promise<CarrierRig> {
  const smsc = await startSmsc(options)
  const base = {
    host: '127.0.0.1',
    port: smsc.port,
    systemId: 'me',
    password: 'pw',
    window: 100,
    busyPauseMs: 5,
    reconnectMinMs: 1,
  }
  const connector = smpp.create(smpp.settings.parse({ ...base, ...settings }), 'test')
  const seen = watch()
  t.after(async () => {
    await connector.stop(0)
    await smsc.close()
  })
  connector.start(seen)
  if (!down) await until(() => seen.links.at(-1)?.reason === 'bound', 'all links are bound')
  let id = 0
  return {
    smsc,
    connector,
    seen,
    send: (count, override) => connector.submit(Array.from({ length: count }, () => outgoing({ id: ++id, ...override }))),
    answered: (count) => until(() => seen.results.length >= count, `${count} parts are answered`),
  }
}

/** Answers submits with a status, or with none when it is undefined. */
export const answerSubmits =
  (statusOf: (pdu: PduOf<'submit_sm'>) => number | undefined) =>
  (pdu: Pdu, session: SmscSession): boolean => {
    if (pdu.command !== 'submit_sm') return false
    const status = statusOf(pdu)
    if (status === 0) return false
    if (status !== undefined) session.send({ command: 'submit_sm_resp', sequence: pdu.sequence, status })
    return true
  }
