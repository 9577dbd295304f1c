import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/free-port.ts'
import { pageFile } from '../../support/page-commands.ts'
import { startProgram } from '../../support/program.ts'
import { witness } from '../../support/story.ts'
import type { PeersScene, SmppAccount } from './scene.ts'

/** A customer's Kannel: bearerbox and smsbox, bound to the centre. */
export interface Kannel {
  /** Sends through the smsbox, as a customer's program does. */
  send(params: Readonly<Record<string, string>>): Promise<void>
  /** What the bearerbox has logged. */
  log(): string
}

/**
 * Starts both boxes with the configuration of docs/smpp.md. Changed are: the address of the centre, login and password, the ports,
 * where logs go, where incoming messages go, and how long a throttled message waits.
 */
export async function startKannel(
  t: TestContext,
  scene: PeersScene,
  { login, password, incoming }: Pick<SmppAccount, 'login' | 'password'> & { readonly incoming: string },
): Promise<Kannel> {
  const folder = await scene.folder(`kannel-${login}`)
  const [admin, smsbox, sendsms] = [await freePort(), await freePort(), await freePort()]
  const log = join(folder, 'bearerbox.log')
  const changes: Readonly<Record<string, string | number>> = {
    'admin-port': admin,
    'smsbox-port': smsbox,
    'sendsms-port': sendsms,
    host: '127.0.0.1',
    port: scene.port,
    'smsc-username': login,
    'smsc-password': password,
    'get-url': `"${incoming}?from=%p&to=%P&text=%a"`,
    'sms-resend-freq': `1\nlog-file = "${log}"\nlog-level = 1`,
  }
  const file = join(folder, 'kannel.conf')
  await writeFile(file, configured(pageFile('docs/smpp.md', 'kannel.conf'), changes))

  for (const [box, isUp] of [
    ['bearerbox', async () => assert.match(await ask(`http://127.0.0.1:${admin}/status.txt`), /online/)],
    ['smsbox', async () => void (await ask(`http://127.0.0.1:${sendsms}/cgi-bin/sendsms`))],
  ] as const) {
    const program = startProgram(`/usr/sbin/${box}`, ['-v', '4', file])
    const forget = witness({ name: box, testimony: program.output })
    t.after(async () => {
      await program.end('SIGKILL')
      forget()
    })
    await eventually(isUp)
  }
  return {
    async send(params) {
      const query = new URLSearchParams({ username: 'app', password: 'change-me-too', charset: 'UTF-8', ...params })
      assert.match(await ask(`http://127.0.0.1:${sendsms}/cgi-bin/sendsms?${query}`), /^0: Accepted/)
    },
    log: () => readFileSync(log, 'utf8'),
  }
}

const ask = async (url: string): Promise<string> => (await fetch(url)).text()

/** Each name must be in the page once: what a reader changes, and nothing else. */
function configured(text: string, changes: Readonly<Record<string, string | number>>): string {
  return Object.entries(changes).reduce((done, [name, value]) => {
    const lines = new RegExp(`^${name} = .*$`, 'gm')
    assert.equal(done.match(lines)?.length, 1, `kannel.conf of docs/smpp.md has one line '${name} ='`)
    return done.replace(lines, () => `${name} = ${value}`)
  }, text)
}
