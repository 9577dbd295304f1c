import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { startCentre } from '../support/centre.ts'
import { addCarrier, linkIs, setPrice } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { startProgram } from '../support/program.ts'
import { story, witness } from '../support/story.ts'

/** Kannel's own test double of an SMSC, in Debian's package kannel-extras. */
const DRIVE_SMPP = '/usr/lib/kannel/test/drive_smpp'
const SMSBOX_PORT = 13_001 // it insists on finding a bearerbox here

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer()
  const free = once(server, 'listening').then(
    () => true,
    () => false,
  )
  server.listen(port, '127.0.0.1')
  const answer = await free
  server.close()
  return answer
}

const skip = !existsSync(DRIVE_SMPP)
  ? `there is no ${DRIVE_SMPP}: install Debian's package kannel-extras`
  : !(await isFree(SMSBOX_PORT)) && `drive_smpp needs port ${SMSBOX_PORT} of 127.0.0.1, which is taken`

/** Takes the place of the bearerbox: without it drive_smpp gives up. */
async function pretendBearerbox(t: TestContext): Promise<void> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => void sockets.add(socket.on('error', () => {}).resume()))
  server.listen(SMSBOX_PORT, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
}

const MESSAGES = 20

story(
  'an SMSC written in C by other people takes our messages and gives us those of its handsets',
  async (t) => {
    await pretendBearerbox(t)
    const port = await freePort()
    const smsc = startProgram(DRIVE_SMPP, ['-v', '0', '-p', String(port), '-m', String(MESSAGES)])
    const forget = witness({ name: 'drive_smpp', testimony: smsc.output })
    t.after(async () => {
      await smsc.end('SIGKILL')
      forget()
    })
    const centre = await startCentre({ mode: 'serve', database: 'test' })
    t.after(centre.stop)
    await setPrice(centre, '1')
    const shop = await centre.account('shop', 100)
    // It knows no transceivers, and answers without a message_id: nothing to match a receipt with, and none comes.
    await addCarrier(centre, port, { name: 'kannel', settings: { bind: 'txrx' } })
    await linkIs(centre, 'kannel', 'up')

    const ids: number[] = []
    for (let number = 0; number < MESSAGES; number++) {
      ids.push(await shop.sent({ phones: `7900000${1000 + number}`, mes: `Hello Kannel ${number}` }))
    }
    for (const [number, id] of ids.entries()) await shop.sees(0, `7900000${1000 + number}`, id)
    assert.equal(await shop.balance(), `${100 - MESSAGES}.00`)

    // What its handsets wrote: numbers from 1 on, from 456 to 123.
    await eventually(async () => {
      const written = await centre.query<{ body: string; sender: string; recipient: string }>(
        'select body, sender, recipient from incoming order by body::int',
      )
      assert.deepEqual(
        written.map(({ body, sender, recipient }) => `${sender} ${recipient} ${body}`),
        Array.from({ length: MESSAGES }, (_, at) => `456 123 ${at + 1}`),
      )
    })

    // It ends with our link, and then says what it counted.
    assert.equal((await centre.terminate()).code, 0)
    const { code } = await smsc.exited
    assert.equal(code, 0, smsc.output())
    assert.match(smsc.output(), new RegExp(`Number of messages sent to SMSC: ${MESSAGES}\\b`))
    for (let number = 0; number < MESSAGES; number++) {
      assert.ok(smsc.output().includes(`submit_sm: short_message = <Hello Kannel ${number}>`), `it read message ${number}`)
    }
    assert.doesNotMatch(smsc.output(), /ERROR|WARNING|PANIC/)
  },
  { skip },
)
