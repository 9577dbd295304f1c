import { startSmsc } from '../../../test/support/smsc.ts'
import { testConnector } from '../contract.ts'
import { smpp } from './smpp.ts'

const numbers = { delivered: '79161234560', rejected: '79161234561', busy: '79161234562', silent: '79161234563' }

for (const [name, extra] of [
  ['SMPP', {}],
  ['SMPP with a transmitter and a receiver', { bind: 'txrx' }],
  ['SMPP over three binds with a rate', { binds: 3, window: 4, rate: 5_000 }],
] as const) {
  testConnector(name, async () => {
    const smsc = await startSmsc({
      on(pdu, session) {
        if (pdu.command !== 'submit_sm') return false
        const status = { [numbers.rejected]: 0x0b, [numbers.busy]: 0x58 }[pdu.destination_addr]
        if (status !== undefined) session.send({ command: 'submit_sm_resp', sequence: pdu.sequence, status })
        return status !== undefined || pdu.destination_addr === numbers.silent
      },
    })
    const settings = { host: '127.0.0.1', port: smsc.port, systemId: 'me', password: 'pw', busyPauseMs: 20, ...extra }
    const connector = smpp.create(smpp.settings.parse(settings), 'test')
    return {
      connector,
      numbers,
      acknowledged: () =>
        smsc.sessions.flatMap(({ received }) => received).filter(({ command }) => command === 'deliver_sm_resp').length,
      cut: () => smsc.close(),
      async close() {
        await connector.stop(0)
        await smsc.close().catch(() => {})
      },
    }
  })
}
