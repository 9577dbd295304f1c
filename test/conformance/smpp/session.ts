import { once } from 'node:events'
import type { TestContext } from 'node:test'
import smpp from 'smpp'
import { within } from '../../support/eventually.ts'

/** A session of the npm package `smpp`, with promises. */
export interface NpmSession {
  /** Sends a request and resolves with its response. */
  ask(command: string, fields?: object): Promise<smpp.Pdu>
  /** The next deliver_sm, which has been acknowledged. */
  delivered(): Promise<smpp.Pdu>
  /** Deliveries that came and that nobody asked for yet. */
  waiting(): number
  closed(): Promise<void>
}

export async function openSession(
  t: TestContext,
  { port, tls = false }: { readonly port: number; readonly tls?: boolean },
): Promise<NpmSession> {
  const session = smpp.connect({ host: '127.0.0.1', port, ...(tls && { tls, rejectUnauthorized: false }) })
  t.after(() => session.destroy())
  session.on('error', () => {}) // a close follows
  const closed = once(session, 'close')
  await within(once(session, tls ? 'secureConnect' : 'connect'), 'the connection')

  const arrived: smpp.Pdu[] = []
  const wanted: ((pdu: smpp.Pdu) => void)[] = []
  session.on('enquire_link', (pdu: smpp.Pdu) => session.send(pdu.response()))
  session.on('deliver_sm', (pdu: smpp.Pdu) => {
    session.send(pdu.response())
    const want = wanted.shift()
    if (want) want(pdu)
    else arrived.push(pdu)
  })
  return {
    ask: (command, fields = {}) =>
      within(new Promise((answered) => void session.send(new smpp.PDU(command, fields), answered)), `the response to ${command}`),
    delivered() {
      const first = arrived.shift()
      if (first) return Promise.resolve(first)
      return within(new Promise((arrives) => void wanted.push(arrives)), 'a deliver_sm')
    },
    waiting: () => arrived.length,
    closed: async () => void (await within(closed, 'the end of the session')),
  }
}
