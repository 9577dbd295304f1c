import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './repository.ts'

/** Where the pages of docs/ think the centre is. */
const WRITTEN = 'http://127.0.0.1:8080'

interface Example {
  readonly line: string
  readonly url: string
  readonly answer: string
}

/**
 * Does what a page of docs/api/ tells its reader to type: every line of its blocks that begins with `curl '`, in order, against a
 * running centre. The lines below it, up to the next one or the end of the block, are the answer, and nothing else may come.
 */
export async function runCurls(page: string, centre: { readonly url: string }): Promise<void> {
  const examples = examplesOf(readFileSync(join(ROOT, page), 'utf8'))
  assert.ok(examples.length > 0, `${page} tells nobody to type anything`)
  for (const { line, url, answer } of examples) {
    const response = await fetch(url.replace(WRITTEN, centre.url))
    assert.equal(await response.text(), answer, `${page}: ${line}`)
  }
}

function examplesOf(markdown: string): Example[] {
  const examples: Example[] = []
  for (const [, body = ''] of markdown.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)) {
    for (const piece of body.split(/^(?=curl ')/m)) {
      const [line = '', ...answer] = piece.trimEnd().split('\n')
      const [, url] = /^curl '([^']+)'$/.exec(line) ?? []
      if (url !== undefined) examples.push({ line, url, answer: answer.join('\n') })
    }
  }
  return examples
}
