import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pageFile } from '../../support/page-commands.ts'
import { runProgram } from '../../support/program.ts'
import { story } from '../../support/story.ts'
import { missing, type PeersScene } from './scene.ts'

const skip = missing('Net::SMPP', 'libnet-smpp-perl', ['/usr/share/perl5/Net/SMPP.pm'])

export function tellPerl(scene: () => PeersScene): void {
  story(
    'Net::SMPP sends, reads its receipt, asks for the state and leaves, as docs/smpp.md writes it',
    async () => {
      const { login, password } = await scene().account('perl')
      const file = join(await scene().folder('perl'), 'send.pl')
      await writeFile(file, pageFile('docs/smpp.md', 'send.pl'))
      const words = [file, '127.0.0.1', String(scene().port), login, password, '79161234501', 'Hello from Perl']
      const { code, output } = await runProgram('perl', words)
      assert.equal(code, 0, output)
      const [accepted = '', ...rest] = output.trimEnd().split('\n')
      const id = /^accepted as (\d+)$/.exec(accepted)?.[1]
      assert.ok(id, output)
      assert.match(
        rest[0] ?? '',
        new RegExp(`^id:${id} sub:001 dlvrd:001 submit date:\\d{10} done date:\\d{10} stat:DELIVRD err:000 text:`),
      )
      assert.deepEqual(rest.slice(1), ['message_state 2', 'alive', 'unbound'])
    },
    { skip },
  )
}
