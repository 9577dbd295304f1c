import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pageFile } from '../../support/page-commands.ts'
import { runProgram } from '../../support/program.ts'
import { story } from '../../support/story.ts'
import { missing, type PeersScene } from './scene.ts'

const skip = missing('php', 'php-cli', ['/usr/bin/php'])

export function tellPhp(scene: () => PeersScene): void {
  story(
    'a PHP script without a library sends a long text in any language, as docs/smpp.md writes it',
    async () => {
      const { login, password, customer } = await scene().account('php')
      const file = join(await scene().folder('php'), 'send.php')
      await writeFile(file, pageFile('docs/smpp.md', 'send.php'))
      const text = 'Привет из PHP: €, ☎ и 😀. '.repeat(9)
      const phone = '79161234511'
      const words = [file, '127.0.0.1', String(scene().port), login, password, phone, text]
      const { code, output } = await runProgram('php', words)
      assert.equal(code, 0, output)
      const id = /^accepted as (\d+)$/m.exec(output)?.[1] ?? ''
      await customer.sees(1, phone, id)
      const { message } = await customer.status(phone, id, { all: 1 })
      assert.equal(message, text)
    },
    { skip },
  )
}
