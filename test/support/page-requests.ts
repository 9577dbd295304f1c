import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Centre } from './centre.ts'
import { runProgram } from './program.ts'
import { ROOT } from './repository.ts'

/** Where the pages say the centre is. */
const ADDRESS = 'http://127.0.0.1:8080'

/**
 * Types every `curl` of the `sh` blocks of a page of docs/api, in order, at a running centre. The block behind one, opened with three
 * backticks and `answer`, is what the last of them must print; digits stand for any of their number, as dates and ids differ.
 */
export async function askAsPage(page: string, centre: Pick<Centre, 'url'>): Promise<void> {
  const blocks = [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
  let typed = 0
  let printed = ''
  for (const [, language, body = ''] of blocks) {
    if (language === 'answer') assert.equal(masked(printed), masked(body.slice(0, -1)), page)
    if (language !== 'sh') continue
    for (const line of body.split('\n').filter((each) => each.startsWith('curl '))) {
      printed = await curl(line.replaceAll(ADDRESS, centre.url))
      assert.doesNotMatch(printed, /error_code|^ERROR = |^0,-\d+$/, `${page}: ${line}\n${printed}`)
      typed += 1
    }
  }
  assert.ok(typed > 0, `${page} asks nothing`)
}

const masked = (text: string): string => text.replaceAll(/\d+/g, '0')

/** What a shell does with the line; without curl on this machine, what curl would do. */
async function curl(line: string): Promise<string> {
  const said = await runProgram('sh', ['-c', `${line} --silent --show-error`])
  if (said.code === 0) return said.output
  assert.match(said.output, /not found/, `${line} says ${said.output}`)
  return (await fetch(/https?:[^"' ]+/.exec(line)?.[0] ?? '')).text()
}
