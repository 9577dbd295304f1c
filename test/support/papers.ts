import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './repository.ts'

/*
 * Tables in the papers that say what the code says. Each stands between two marks, is made from the code by
 * `npm run docs`, and is compared with the code by test/docs.test.ts.
 */

/** A table of a paper. */
export interface Block {
  readonly paper: string
  readonly name: string
  /** Files it is made from: for the reader of a failure. */
  readonly sources: readonly string[]
  readonly make: () => Promise<string>
}

/** A module of the product. Typed by who asks: the papers look at values, not at behaviour. */
export const load = async <Exports>(path: string): Promise<Exports> => {
  const module: unknown = await import(pathToFileURL(join(ROOT, path)).href)
  return module as Exports
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim()
const mono = (text: string): string => (text === '' ? '' : `\`${text}\``)

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

interface Parameter {
  readonly name: string
  readonly meaning: string
  readonly octetsMax?: number
}

const parameters = (script: string, source: string): Block => ({
  paper: `docs/api/${script}.md`,
  name: 'parameters',
  sources: [source],
  make: async () => {
    const { PARAMETERS } = await load<{ PARAMETERS: readonly Parameter[] }>(source)
    return table(
      ['parameter', 'meaning', 'octets, at most'],
      PARAMETERS.map(({ name, meaning, octetsMax }) => [mono(name), meaning, octetsMax?.toLocaleString('en') ?? '']),
    )
  },
})

interface Written {
  readonly env: string
  readonly default: string
  readonly meaning: string
  readonly limits?: string
}

const CONFIG = 'src/config.ts'
const settings: Block = {
  paper: 'docs/settings.md',
  name: 'settings',
  sources: [CONFIG],
  make: async () => {
    const { SETTINGS } = await load<{ SETTINGS: Readonly<Record<string, Written>> }>(CONFIG)
    return table(
      ['variable', 'default', 'allowed', 'meaning'],
      Object.values(SETTINGS).map(({ env, default: standard, limits = '', meaning }) => [
        mono(env),
        mono(standard),
        limits,
        meaning,
      ]),
    )
  },
}
const cliSettings: Block = {
  paper: 'docs/settings.md',
  name: 'command-line',
  sources: [CONFIG],
  make: async () => {
    const { CLI_SETTINGS } = await load<{ CLI_SETTINGS: readonly Written[] }>(CONFIG)
    return table(
      ['variable', 'default', 'meaning'],
      CLI_SETTINGS.map(({ env, default: standard, meaning }) => [mono(env), mono(standard), meaning]),
    )
  },
}

const LIMITS_OF = 'src/domain/account.ts'
const limits: Block = {
  paper: 'docs/settings.md',
  name: 'limits',
  sources: [LIMITS_OF],
  make: async () => {
    const { LIMITS } = await load<{ LIMITS: Readonly<Record<string, { default: number; meaning: string }>> }>(LIMITS_OF)
    return table(
      ['limit', 'default', 'meaning'],
      Object.entries(LIMITS).map(([name, { default: standard, meaning }]) => [mono(name), String(standard), meaning]),
    )
  },
}

const ACCOUNT_SETTINGS_OF = 'src/account/settings.ts'
const accountSettings: Block = {
  paper: 'docs/settings.md',
  name: 'account',
  sources: [ACCOUNT_SETTINGS_OF],
  make: async () => {
    type Settings = ReadonlyMap<string, { readonly kind: string; readonly meaning: string }>
    const { ACCOUNT_SETTINGS } = await load<{ ACCOUNT_SETTINGS: Settings }>(ACCOUNT_SETTINGS_OF)
    return table(
      ['setting', 'value', 'meaning'],
      [...ACCOUNT_SETTINGS].map(([name, { kind, meaning }]) => [mono(name), KINDS[kind] ?? kind, meaning]),
    )
  },
}
const KINDS: Readonly<Record<string, string>> = { flag: '0 or 1', whole: 'whole number', text: 'text' }

interface Command {
  readonly name: string
  readonly summary: string
  readonly details?: string
  readonly examples?: readonly string[]
}

const COMMANDS_OF = 'src/cli/commands.ts'
const HELP_OF = 'src/cli/help.ts'
const commands: Block = {
  paper: 'docs/cli.md',
  name: 'commands',
  sources: [COMMANDS_OF, HELP_OF],
  make: async () => {
    const { COMMANDS } = await load<{ COMMANDS: readonly Command[] }>(COMMANDS_OF)
    const help = await load<{
      usage: (command: Command) => string
      explained: (command: Command) => [written: string, meaning: string][]
    }>(HELP_OF)
    return COMMANDS.map((command) =>
      [
        `### ${command.name}`,
        [command.summary, command.details].filter((part) => part !== undefined).join(' '),
        fence([help.usage(command)]),
        table(
          ['', ''],
          help
            .explained(command)
            .filter(([written]) => !/^--(?:json|help)\b/.test(written))
            .map(([written, meaning]) => [mono(written), meaning]),
        ),
        ...(command.examples ? [fence(command.examples)] : []),
      ]
        .filter((part) => !part.endsWith('| --- | --- |'))
        .join('\n\n'),
    ).join('\n\n')
  },
}
const fence = (lines: readonly string[]): string => ['```console', ...lines, '```'].join('\n')

interface KindSetting {
  readonly name: string
  readonly types: readonly string[]
  readonly choices: readonly unknown[]
  readonly standard: unknown
  readonly required: boolean
  readonly meaning: string
}

const KINDS_OF = 'src/connectors/index.ts'
const DESCRIBE_OF = 'src/operator/carrier-settings.ts'
const connectors: Block = {
  paper: 'docs/connectors.md',
  name: 'kinds',
  sources: [KINDS_OF, DESCRIBE_OF],
  make: async () => {
    type Kind = { readonly title: string }
    const { connectorKinds } = await load<{ connectorKinds: Readonly<Record<string, Kind>> }>(KINDS_OF)
    const { describeKind } = await load<{ describeKind: (kind: Kind) => KindSetting[] }>(DESCRIBE_OF)
    return Object.entries(connectorKinds)
      .map(([name, kind]) =>
        [
          `### ${name}`,
          `${kind.title}.`,
          table(
            ['option', 'value', 'default', 'meaning'],
            describeKind(kind).map((each) => [mono(optionOf(each.name)), valuesOf(each), standardOf(each), each.meaning]),
          ),
        ].join('\n\n'),
      )
      .join('\n\n')
  },
}
const optionOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
const valuesOf = ({ choices, types }: KindSetting): string => [...new Set(choices.length > 0 ? choices : types)].join(', ')
const standardOf = ({ required, standard }: KindSetting): string =>
  required ? 'required' : standard === '' ? 'empty' : standard === undefined ? '' : mono(JSON.stringify(standard))

interface ErrorAnswer {
  readonly number: number
  readonly text: string
}

const REFUSALS_OF = 'src/domain/refusal.ts'
const ERRORS_OF = 'src/listeners/http/errors.ts'
const errors: Block = {
  paper: 'docs/api/errors.md',
  name: 'errors',
  sources: [REFUSALS_OF, ERRORS_OF],
  make: async () => {
    const { REFUSALS } = await load<{ REFUSALS: Readonly<Record<string, string>> }>(REFUSALS_OF)
    const scripts = Object.entries(await load<Readonly<Record<string, unknown>>>(ERRORS_OF)).filter(([name]) =>
      /^[A-Z]+_ERRORS$/.test(name),
    ) as [string, Readonly<Record<string, ErrorAnswer>>][]
    const order = ['SEND_ERRORS', 'STATUS_ERRORS', 'BALANCE_ERRORS']
    scripts.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    return table(
      ['refusal', ...scripts.map(([name]) => `${name.replace('_ERRORS', '').toLowerCase()}.php`)],
      Object.keys(REFUSALS).map((code) => [
        mono(code),
        ...scripts.map(([, answers]) => {
          const answer = answers[code]
          return answer ? `${answer.number} \`${answer.text}\`` : 'none'
        }),
      ]),
    )
  },
}

export const BLOCKS: readonly Block[] = [
  settings,
  cliSettings,
  limits,
  accountSettings,
  commands,
  connectors,
  errors,
  parameters('send', 'src/listeners/http/sys/send-parameters.ts'),
  parameters('status', 'src/listeners/http/sys/status.ts'),
  parameters('balance', 'src/listeners/http/sys/balance.ts'),
]

const begin = ({ name }: Block): string => `<!-- made from the code: ${name} -->`
const end = ({ name }: Block): string => `<!-- end: ${name} -->`

/** Where a table stands in its paper; undefined: the paper has no place for it. */
export function placeOf(block: Block, paper: string): { readonly from: number; readonly to: number } | undefined {
  const from = paper.indexOf(begin(block))
  const to = paper.indexOf(end(block))
  return from < 0 || to < from ? undefined : { from: from + begin(block).length, to }
}

export const readPaper = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8')
export const isThere = (path: string): boolean => existsSync(join(ROOT, path))
