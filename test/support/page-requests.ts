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
 * backticks and `answer`, is what the last of them must print; without it none may be an error. Moments and the centre's own numbers
 * differ from run to run; everything else must be as it stands there.
 */
export async function askAsPage(page: string, centre: Pick<Centre, 'url'>): Promise<void> {
  const blocks = [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
  let typed = 0
  for (const [at, [, language, body = '']] of blocks.entries()) {
    if (language !== 'sh') continue
    const [, next, answer = ''] = blocks[at + 1] ?? []
    const lines = body.split('\n').filter((each) => each.startsWith('curl '))
    for (const [place, line] of lines.entries()) {
      const printed = (await curl(line.replaceAll(ADDRESS, centre.url))).replaceAll(centre.url, ADDRESS)
      if (next === 'answer' && place === lines.length - 1)
        assert.equal(masked(printed), masked(answer.slice(0, -1)), `${page}: ${line}`)
      else assert.doesNotMatch(printed, /error_code|^ERROR = |^0,-\d+$/, `${page}: ${line}\n${printed}`)
      typed += 1
    }
  }
  assert.ok(typed > 0, `${page} asks nothing`)
}

/** Moments, Unix seconds and checksums, ids of the store, the day of a document; numbers of telephones have 11 digits. */
const masked = (text: string): string =>
  text.replaceAll(/\b\d{2}\.\d{2}\.\d{4} \d{2}:\d{2}:\d{2}\b|(?<="date": ")[\d.]+|\b\d{10}\b|\b\d{14,}\b/g, '0')

/** What a shell does with the line, but that no file is kept; without curl on this machine, what curl would do. */
async function curl(line: string): Promise<string> {
  const said = await runProgram('sh', ['-c', `${line.replace(/ -o \S+$/, ' -o /dev/null')} --silent --show-error`])
  if (said.code === 0) return said.output
  assert.match(said.output, /not found/, `${line} says ${said.output}`)
  const body = / -d '([^']*)'/.exec(line)?.[1]
  return (await fetch(/'(https?:[^']+)'/.exec(line)?.[1] ?? '', body === undefined ? {} : { method: 'POST', body })).text()
}
