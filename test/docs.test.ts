import assert from 'node:assert/strict'
import { posix } from 'node:path'
import { test } from 'node:test'
import { ACCOUNT_SETTINGS } from '../src/account/settings.ts'
import { COMMANDS } from '../src/cli/commands.ts'
import { CLI_SETTINGS, SETTINGS } from '../src/config.ts'
import { REFUSALS } from '../src/domain/refusal.ts'
import { SCRIPTS } from '../src/listeners/http/sys/scripts.ts'
import { PAGES } from './support/pages.ts'
import { BLOCKS, readPaper, withBlock } from './support/papers.ts'
import { repositoryFiles } from './support/repository.ts'
import { readSource } from './support/source.ts'

const files = repositoryFiles()
const paths = new Set(files.map(({ path }) => path))
const exists = (path: string): boolean => paths.has(path) || [...paths].some((each) => each.startsWith(`${path}/`))
const papers = files.filter(({ path }) => path.endsWith('.md'))
/** What tells people what to type: the papers, and the files of the container. */
const guides = [...papers, ...files.filter(({ path }) => path === 'Dockerfile' || path === 'compose.yaml')]
const product = files.filter(({ path }) => /^src\/.*(?<!\.test)\.ts$/.test(path))

/** Asserts that nothing was found, and names everything that was: one run tells all. */
function none(found: readonly string[], advice: string): void {
  const each = [...new Set(found)]
  assert.equal(each.length, 0, `${advice}\n  ${each.join('\n  ')}`)
}

for (const [path, page] of Object.entries(PAGES)) {
  test(`${path} says what the code says`, () => assert.equal(readPaper(path), page(), `${path} is stale: npm run docs`))
}

for (const block of BLOCKS) {
  test(`${block.paper} tells the ${block.name} of the code`, async () => {
    const paper = readPaper(block.paper)
    assert.equal(paper, await withBlock(block, paper), `${block.paper} is stale: npm run docs`)
  })
}

/** What each script understands, by the name of its page. */
const SCRIPT_PAGES = Object.entries(SCRIPTS).map(([name, { parameters }]) => [name.replace('_', '-'), parameters] as const)

for (const [name, parameters] of SCRIPT_PAGES) {
  test(`docs/api/${name}.md explains the parameters of ${name}.php, all of them and no others`, () => {
    const [, rows = ''] = /^\| name \| meaning \|\n\|.*\n((?:\|.*\n)*)/m.exec(readPaper(`docs/api/${name}.md`)) ?? []
    const told = rows.trim().split('\n')
    const made = parameters.map((each) => `| \`${each.name}\` | ${each.meaning.replaceAll('|', '\\|')} |`)
    assert.deepEqual(told, made)
  })
}

test('a page in both languages says in Russian what every parameter is for', () => {
  const wrong = SCRIPT_PAGES.filter(([name]) => paths.has(`docs/api/${name}.ru.md`)).flatMap(([name, parameters]) =>
    parameters.filter(({ ru }) => !/[а-я]{3}/.test(ru ?? '')).map((each) => `${name}: ${each.name}`),
  )
  none(wrong, 'Parameters without a word of Russian:')
})

test('every listener has an answer to every refusal', () => {
  const TABLE = /const (\w+) = \{([\s\S]*?)\n\} as const satisfies (?:Record<RefusalCode|ErrorTable)/g
  const tables = product
    .filter(({ path }) => path.startsWith('src/listeners/'))
    .flatMap(({ path, text }) => {
      const { code } = readSource(text)
      const spread = /const ANY = \{([\s\S]*?)\n\}/.exec(code)?.[1] ?? ''
      return Array.from(code.matchAll(TABLE), ([, name = '', body = '']) => ({
        path,
        name,
        keys: Array.from((body.includes('...ANY') ? spread + body : body).matchAll(/^ {2}(\w+):/gm), ([, key = '']) => key),
      }))
    })
  const wrong = tables.flatMap(({ path, name, keys }) =>
    Object.keys(REFUSALS)
      .filter((code) => !keys.includes(code))
      .map((code) => `${path} ${name} has no answer to ${code}`),
  )
  const listeners = new Set(product.flatMap(({ path }) => /^src\/listeners\/([^/]+)\//.exec(path)?.[1] ?? []))
  for (const listener of listeners) {
    const own = tables.filter(({ path }) => path.startsWith(`src/listeners/${listener}/`))
    if (own.length === 0) wrong.push(`src/listeners/${listener} has no table of answers`)
  }
  none(wrong, 'A refusal is answered on every wire:')
})

/** Rows of docs/api/users-settings.md: a setting and the test that shows what it does. */
const settingsIn = (paper: string): string[] =>
  Array.from(
    readPaper(paper).matchAll(/^\| `([^`]+)` \|.*\[[^\]]+\]\(\.\.\/\.\.\/([^)]+)\) \|$/gm),
    ([, name, path]) => `${name} ${path}`,
  )

test('docs/api/users-settings.md says what every setting does, and names a test that knows it', () => {
  const told = settingsIn('docs/api/users-settings.md')
  const rows = new Map(told.map((row) => row.split(' ') as [string, string]))
  none(
    [...ACCOUNT_SETTINGS.keys()].filter((name) => !rows.has(name)),
    'Settings without a row:',
  )
  none(
    [...rows.keys()].filter((name) => !ACCOUNT_SETTINGS.has(name)),
    'Rows without a setting:',
  )
  const tests = new Map(files.filter(({ path }) => path.endsWith('.test.ts')).map(({ path, text }) => [path, text]))
  none(
    [...rows].filter(([name, path]) => !tests.get(path)?.includes(name)).map(([name, path]) => `${name}: ${path}`),
    'Settings that the test of their row does not know:',
  )
  assert.deepEqual(settingsIn('docs/api/users-settings.ru.md'), told, 'the page in Russian has the same rows')
})

test('docs/api/errors.md explains every refusal in English and in Russian', () => {
  const rows = readPaper('docs/api/errors.md')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
  const isExplained = (code: string): boolean =>
    rows.some(([, name, en = '', ru = '']) => name === `\`${code}\`` && /[a-z]{3}/.test(en) && /[а-я]{3}/.test(ru))
  none(
    Object.keys(REFUSALS).filter((code) => !isExplained(code)),
    'Refusals without a row of both languages:',
  )
})

test('no metric is spoken of that does not exist', async () => {
  const block = BLOCKS.find(({ name }) => name === 'metrics')
  const made = (await block?.make()) ?? ''
  const wrong = papers.flatMap(({ path, text }) =>
    Array.from(text.matchAll(/\bheliogram_[a-z0-9_]*[a-z0-9]\b/g), ([name]) => name)
      .filter((name) => !made.includes(`\`${name}\``) && !made.includes(`\`${name.replace(/_(?:bucket|sum|count)$/, '')}\``))
      .map((name) => `${path}: ${name}`),
  )
  none(wrong, '/metrics has no such metric:')
})

test('every environment variable that is spoken of exists', () => {
  const known = [...Object.values(SETTINGS), ...CLI_SETTINGS].map(({ env }): string => env)
  const wrong = guides.flatMap(({ path, text }) =>
    Array.from(text.matchAll(/\bHELIOGRAM_[A-Z_]*[A-Z]\b/g), ([name]) => name)
      .filter((name) => !known.includes(name))
      .map((name) => `${path}: ${name}`),
  )
  none(wrong, 'src/config.ts has no such setting:')
})

test('every command that is spoken of exists', () => {
  const names = COMMANDS.map(({ name }) => name)
  const LINE = /(?:^|`|npx |exec heliogram |\$ )heliogram ((?:[a-z][a-z-]*(?: |(?=`)|$))+)/gm
  /** `account add --login` and `carrier add smpp` are there, `message` is the beginning of one. */
  const isKnown = (words: string): boolean =>
    names.some((name) => `${words} `.startsWith(`${name} `) || name.startsWith(`${words} `))
  const wrong = guides.flatMap(({ path, text }) =>
    Array.from(text.matchAll(LINE), ([, words = '']) => words.trim())
      .filter((words) => !isKnown(words))
      .map((words) => `${path}: heliogram ${words}`),
  )
  none(wrong, 'src/cli/commands.ts has no such command:')
})

test('what the papers point to is there', () => {
  const wrong = papers.flatMap(({ path, text }) =>
    Array.from(text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g), ([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .map((target) => posix.join(posix.dirname(path), target).replace(/\/$/, ''))
      .filter((target) => !exists(target))
      .map((target) => `${path}: ${target}`),
  )
  none(wrong, 'Links that lead nowhere:')
})

test('files that the papers name are there', () => {
  const wrong = papers.flatMap(({ path, text }) =>
    Array.from(text.matchAll(/`((?:src|test|bench|docs|bin)\/[\w./-]*\w)\/?`/g), ([, named = '']) => named)
      .filter((named) => !exists(named))
      .map((named) => `${path}: ${named}`),
  )
  none(wrong, 'There is no such file:')
})

test('ARCHITECTURE.md has a line for every folder of the sources, and for no other', () => {
  const tree = /```text\n([\s\S]*?)```/.exec(readPaper('ARCHITECTURE.md'))?.[1] ?? ''
  const shown = new Set(Array.from(tree.matchAll(/^[│ ]*[├└]── ([\w-]+)\//gm), ([, name = '']) => name))
  const folders = new Set(product.flatMap(({ path }) => posix.dirname(path).split('/')))
  none(
    [...folders].filter((name) => !shown.has(name)),
    'Folders that the tree does not show:',
  )
  none(
    [...shown].filter((name) => ![...paths].some((path) => path.includes(`${name}/`))),
    'Folders that the tree shows, and that are not there:',
  )
})

test('docs/README.md leads to every paper; decisions are numbered and dated', () => {
  const index = readPaper('docs/README.md')
  const own = papers.filter(({ path }) => path.startsWith('docs/') && path !== 'docs/README.md')
  none(
    own.map(({ path }) => path).filter((path) => !index.includes(`](${path.slice('docs/'.length)})`)),
    'Papers that nobody finds:',
  )
  const decisions = own.filter(({ path }) => path.startsWith('docs/decisions/'))
  for (const [at, { path, text }] of decisions.entries()) {
    assert.ok(posix.basename(path).startsWith(`${String(at + 1).padStart(4, '0')}-`), `${path} should have number ${at + 1}`)
    assert.match(text, /^# .+\n\n20\d\d-\d\d-\d\d\b/, `${path} begins with its title and its date`)
  }
})

test('scripts that the papers tell people to run are there', () => {
  const { scripts } = JSON.parse(readPaper('package.json')) as { scripts: Record<string, string> }
  const wrong = papers.flatMap(({ path, text }) =>
    Array.from(text.matchAll(/\bnpm (?:run ([a-z]+(?::[a-z]+)?)\b|(start|test)\b)/g), ([, run, short]) => run ?? short ?? '')
      .filter((script) => !(script in scripts))
      .map((script) => `${path}: npm run ${script}`),
  )
  none(wrong, 'package.json has no such script:')
})

test('the first screen of the README starts it, sends a message and tests it, and CI runs that same test', () => {
  const screen = readPaper('README.md').split('\n').slice(0, 36).join('\n')
  for (const words of ['npm ci && npm start', 'curl "http', 'OK - 1 SMS, ID - 1', 'npm test'])
    assert.ok(screen.includes(words), words)
  assert.match(readPaper('.ci/run'), /^npm test /m)
})

test('CHANGELOG.md has the version of the package first, below what is not released yet', () => {
  const { version } = JSON.parse(readPaper('package.json')) as { version: string }
  assert.equal(/^## (\d\S*)/m.exec(readPaper('CHANGELOG.md'))?.[1], version)
})
