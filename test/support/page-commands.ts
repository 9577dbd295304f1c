import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../src/cli/run.ts'
import type { Centre } from './centre.ts'
import { ROOT } from './repository.ts'

const COMMAND = 'npx heliogram '

/**
 * Does what a page of docs/ tells its reader to type: every line of its `sh` blocks that begins with `npx heliogram`, in order,
 * against a running centre. A block opened with three backticks and `csv prices.csv` is a file which the commands below it name.
 * Resolves with what each command printed, by its line of the page; fails with the page's line and what the command said.
 */
export async function runPage(page: string, centre: Pick<Centre, 'url' | 'dataDir'>): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'heliogram-page-'))
  const printed = new Map<string, string>()
  try {
    const files = new Set<string>()
    for (const { language, file, lines } of blocksOf(readFileSync(join(ROOT, page), 'utf8'))) {
      if (file !== undefined) {
        files.add(file)
        await writeFile(join(folder, file), `${lines.join('\n')}\n`)
      }
      if (language !== 'sh') continue
      for (const line of lines.filter((one) => one.startsWith(COMMAND))) {
        const words = wordsOf(line.slice(COMMAND.length)).map((word) => (files.has(word) ? join(folder, word) : word))
        const out: string[] = []
        const say = (text: string) => void out.push(text)
        const env = { HELIOGRAM_URL: centre.url, HELIOGRAM_DATA: centre.dataDir }
        const code = await run(words, { env, out: say, err: say })
        assert.equal(code, 0, `${page}: ${line}\n${out.join('')}`)
        printed.set(line, out.join(''))
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  assert.ok(printed.size > 0, `${page} tells nobody to type anything`)
  return printed
}

/** The block of a page that is a file: opened with three backticks, a language and the file's name. */
export function pageFile(page: string, file: string): string {
  const found = blocksOf(readFileSync(join(ROOT, page), 'utf8')).filter((block) => block.file === file)
  assert.equal(found.length, 1, `${page} has ${found.length} blocks called ${file}`)
  return `${found[0]?.lines.join('\n')}\n`
}

interface Block {
  readonly language: string
  readonly file: string | undefined
  readonly lines: readonly string[]
}

function blocksOf(markdown: string): Block[] {
  const pieces = [...markdown.matchAll(/^```(\w*) ?(\S+)?\n([\s\S]*?)^```$/gm)]
  return pieces.map(([, language = '', file, body = '']) => ({ language, file, lines: body.split('\n').slice(0, -1) }))
}

/** As a shell would: quotes keep words together, and what follows ` #` is said to people. */
function wordsOf(line: string): string[] {
  const words = line.replace(/\s#\s.*$/, '').match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, (_, one?: string, other?: string) => one ?? other ?? ''))
}
