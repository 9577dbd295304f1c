import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ACCOUNT_SETTINGS } from '../../src/account/settings.ts'
import { connectorKinds } from '../../src/connectors/index.ts'
import { LIMITS } from '../../src/domain/account.ts'
import { REFUSALS, type RefusalCode } from '../../src/domain/refusal.ts'
import { DELIVERY_ERRORS, STATUSES } from '../../src/domain/status.ts'
import { BUILT_IN } from '../../src/domain/throttle/built-in.ts'
import { CLASS_NAMES, CLASSES, isForReceipts } from '../../src/domain/throttle/classes.ts'
import {
  BALANCE_ERRORS,
  DOWNLOADS_ERRORS,
  type ErrorTable,
  GET_ERRORS,
  INFO_ERRORS,
  PHONES_ERRORS,
  SEND_ERRORS,
  STATUS_ERRORS,
  TINYURLS_ERRORS,
  USERS_ERRORS,
} from '../../src/listeners/http/errors.ts'
import type { Parameter } from '../../src/listeners/http/sys/parameters.ts'
import { SCRIPTS } from '../../src/listeners/http/sys/scripts.ts'
import { describeKind } from '../../src/operator/carrier-settings.ts'
import { createMetrics, type NodeFigures, type StoreFigures } from '../../src/operator/metrics.ts'
import { statusName } from '../../src/protocols/smpp/status.ts'
import { ROOT } from './repository.ts'

/** A table of a paper that says what the code says. It stands between two marks; `npm run docs` writes it, the docs test compares it. */
export interface Block {
  readonly paper: string
  readonly name: string
  readonly make: () => string | Promise<string>
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim()
const mono = (text: string): string => (text === '' ? '' : `\`${text}\``)

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

function limits(): string {
  const rows = Object.entries(LIMITS).map(([name, { default: standard, meaning }]) => [
    mono(`--${name.replace('_', '-')}`),
    String(standard),
    meaning,
  ])
  return table(['limit', 'default', 'meaning'], rows)
}

const VALUES = { flag: '0 or 1', whole: 'whole number', text: 'text' } as const

function accountSettings(): string {
  const rows = [...ACCOUNT_SETTINGS].map(([name, { kind, meaning }]) => [mono(name), VALUES[kind], meaning])
  return table(['setting', 'value', 'meaning'], rows)
}

const asOption = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** A default that the schema tells only by being used: a flag that may also be written as text. */
const smppDefaults: Readonly<Record<string, unknown>> = connectorKinds.smpp.settings.parse({ host: 'host', systemId: 'id' })

function smppSettings(): string {
  const rows = describeKind(connectorKinds.smpp).map(({ name, types, choices, required, standard, meaning }) => {
    const value = standard ?? smppDefaults[name]
    return [
      mono(asOption(name)),
      choices.length > 0
        ? choices.map(String).map(mono).join(' ')
        : types.includes('boolean')
          ? '`true` `false`'
          : types.join(' '),
      required ? 'required' : value === '' ? '' : mono(Array.isArray(value) ? value.join(',') : String(value)),
      meaning,
    ]
  })
  return table(['option', 'value', 'default', 'meaning'], rows)
}

const ERRORS: Readonly<Record<string, ErrorTable>> = {
  send: SEND_ERRORS,
  status: STATUS_ERRORS,
  balance: BALANCE_ERRORS,
  info: INFO_ERRORS,
  get: GET_ERRORS,
  phones: PHONES_ERRORS,
  tinyurls: TINYURLS_ERRORS,
  users: USERS_ERRORS,
  downloads: DOWNLOADS_ERRORS,
}

function errors(): string {
  const codes = Object.keys(REFUSALS) as RefusalCode[]
  const rows = codes.map((code) => [
    mono(code),
    ...Object.values(ERRORS).map((answers) => `${answers[code].number} ${mono(answers[code].text)}`),
  ])
  return table(['refusal', ...Object.keys(ERRORS).map((name) => `${name}.php`)], rows)
}

function statuses(): string {
  const rows = Object.entries(STATUSES)
    .map(([code, status]) => ({ code: Number(code), ...status }))
    .sort((a, b) => a.code - b.code)
    .map(({ code, nameEn, name, final }) => [String(code), nameEn, name, final ? 'yes' : 'no'])
  return table(['status', 'English', 'Русский', 'final'], rows)
}

function deliveryErrors(): string {
  const rows = Object.entries(DELIVERY_ERRORS).map(([code, { nameEn, name, status }]) => [code, nameEn, name, String(status)])
  return table(['err', 'English', 'Русский', 'usual status'], rows)
}

const QUIET_NODE: NodeFigures = {
  pendingRows: 0,
  commits: { commits: 0, rows: 0, retried: 0, poisoned: 0, refused: 0 },
  settle: {},
  settlePending: 0,
  guard: {},
  incoming: { messages: 0, parts: 0, joined: 0 },
  notifications: { delivered: 0, failed: 0, givenUp: 0, stopped: 0 },
  carriers: [],
}
const QUIET_STORE: StoreFigures = {
  due: [],
  deadRows: [],
  oldestTransactionSeconds: 0,
  partitionsAhead: 3,
  freeBytes: 0,
  orphanReceipts: 0,
  handlers: { waiting: 0, down: 0, stopped: 0 },
}

/** As /metrics prints them: whatever is registered is there, with its help. Those of Node.js itself are left out. */
async function metrics(): Promise<string> {
  const { body } = await createMetrics(
    () => QUIET_NODE,
    async () => QUIET_STORE,
  ).render()
  const types = new Map(Array.from(body.matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name = '', type = '']) => [name, type]))
  const rows = Array.from(body.matchAll(/^# HELP (heliogram_\S+) (.+)$/gm), ([, name = '', help = '']) => [
    mono(name),
    types.get(name) ?? '',
    help,
  ])
  return table(['metric', 'type', 'meaning'], rows)
}

const hex = (status: number): string => `0x${status.toString(16).padStart(2, '0')}`

function builtInRules(): string {
  const rows = BUILT_IN.map(({ on, status, err, class: name }) => [
    on === 'answer' ? 'answer' : 'receipt',
    on === 'receipt'
      ? err === ''
        ? 'any other failure'
        : `err ${err}`
      : status < 0
        ? 'any other'
        : `${hex(status)} ${statusName(status)}`,
    mono(name),
  ])
  return table(['to', 'what', 'class'], rows)
}

const FATES = {
  again: 'sent here again, in its turn, after a pause of the link',
  later: 'tried again after 5 s, 10 s … 5 min; from the third time on elsewhere too',
  elsewhere: 'to the next carrier; without one it ends',
  end: 'ends',
} as const

function classes(): string {
  const rows = CLASS_NAMES.map((name) => {
    const { says, fate, state, err } = CLASSES[name]
    const told = fate === 'again' || fate === 'later' ? '' : `${state}, err ${err}`
    return [mono(name), says, FATES[fate], told, isForReceipts(name) ? 'yes' : '']
  })
  return table(['class', 'what the carrier means', 'the message', 'status at the end', 'receipts too'], rows)
}

/** The parameters of a script whose page is in both languages. */
function parametersOf(script: string, parameters: readonly Parameter[]): Block[] {
  const rows = (meaning: (parameter: Parameter) => string) => parameters.map((each) => [mono(each.name), meaning(each)])
  const english = () =>
    table(
      ['name', 'meaning'],
      rows(({ meaning }) => meaning),
    )
  const russian = () =>
    table(
      ['имя', 'значение'],
      rows(({ ru = '' }) => ru),
    )
  const papers = [
    { paper: `docs/api/${script}.md`, name: 'parameters', make: english },
    { paper: `docs/api/${script}.ru.md`, name: 'parameters', make: russian },
  ]
  return existsSync(join(ROOT, `docs/api/${script}.ru.md`)) ? papers : []
}

export const BLOCKS: readonly Block[] = [
  ...Object.entries(SCRIPTS).flatMap(([name, { parameters }]) => parametersOf(name.replace('_', '-'), parameters)),
  { paper: 'docs/accounts.md', name: 'limits', make: limits },
  { paper: 'docs/accounts.md', name: 'settings', make: accountSettings },
  { paper: 'docs/connectors.md', name: 'smpp', make: smppSettings },
  { paper: 'docs/api/errors.md', name: 'errors', make: errors },
  { paper: 'docs/api/errors.md', name: 'statuses', make: statuses },
  { paper: 'docs/api/errors.md', name: 'delivery errors', make: deliveryErrors },
  { paper: 'docs/operating.md', name: 'metrics', make: metrics },
  { paper: 'docs/shaping.md', name: 'built-in rules', make: builtInRules },
  { paper: 'docs/shaping.md', name: 'classes', make: classes },
]

const begin = ({ name }: Block): string => `<!-- made from the code by npm run docs: ${name} -->`
const end = ({ name }: Block): string => `<!-- end: ${name} -->`

/** The paper with the table as the code has it. Throws when the paper has no place for it. */
export async function withBlock(block: Block, paper: string): Promise<string> {
  const from = paper.indexOf(begin(block))
  const to = paper.indexOf(end(block))
  if (from < 0 || to < from) throw new Error(`${block.paper} has no place for the table '${block.name}'`)
  return `${paper.slice(0, from)}${begin(block)}\n\n${await block.make()}\n\n${paper.slice(to)}`
}

export const readPaper = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
