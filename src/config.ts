import { isIP } from 'node:net'
import { type IpRange, isLoopback, parseIpRange } from './domain/ip.ts'
import { MONEY_UNIT, parseMoney } from './domain/money.ts'
import { readHours } from './domain/sending-hours.ts'

/** The variables of a process. Nothing else of ours reads process.env, but the command line its own two. */
export type Environment = Readonly<Record<string, string | undefined>>

/** One setting: where it comes from, what it is without a word, and how it is read. */
interface Setting<Value> {
  readonly env: string
  /** As an operator would write it; empty: nothing. */
  readonly default: string
  /** What is allowed, as the end of "… must be". */
  readonly limits: string
  readonly meaning: string
  /** Undefined: not one of those. */
  readonly read: (text: string) => Value | undefined
}

const setting = <Value>(
  env: string,
  written: { default: string; limits: string; meaning: string },
  read: (text: string) => Value | undefined,
): Setting<Value> => ({ env, ...written, read })

const text = (env: string, standard: string, limits: string, meaning: string) =>
  setting(env, { default: standard, limits, meaning }, (value) => (value.includes('\0') ? undefined : value))

const whole = (env: string, standard: number, low: number, high: number, meaning: string) =>
  setting(env, { default: String(standard), limits: `a whole number from ${low} to ${high}`, meaning }, (value) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
    return number >= low && number <= high ? number : undefined
  })

const port = (env: string, standard: number, meaning: string) => whole(env, standard, 0, 65_535, `${meaning}; 0: any free one.`)

const oneOf = <const Choice extends string>(env: string, choices: readonly Choice[], standard: Choice, meaning: string) =>
  setting(env, { default: standard, limits: `one of ${choices.join(', ')}`, meaning }, (value) =>
    choices.find((choice) => choice === value),
  )

const flag = (env: string, meaning: string, standard: '0' | '1' = '0') =>
  setting(env, { default: standard, limits: '0 or 1', meaning }, (value) =>
    value === '0' ? false : value === '1' ? true : undefined,
  )

const commandStatus = (env: string, standard: string, meaning: string) =>
  setting(env, { default: standard, limits: 'a command_status from 0x01 to 0x4ff', meaning }, (value) => {
    const number = /^(?:0x[0-9a-f]{1,8}|\d{1,9})$/i.test(value) ? Number(value) : 0
    return number >= 1 && number <= 0x4ff ? number : undefined
  })

const ranges = (env: string, standard: string, meaning: string) =>
  setting(env, { default: standard, limits: 'IP addresses and CIDR blocks with commas between them', meaning }, (value) => {
    const parts = value.split(',').filter((part) => part.trim() !== '')
    const read = parts.map(parseIpRange)
    return read.every((range): range is IpRange => range !== undefined) ? read : undefined
  })

const url = (env: string, meaning: string) =>
  setting(env, { default: '', limits: 'an http:// or https:// address without a query', meaning }, (value) => {
    if (value === '') return ''
    const parsed = URL.canParse(value) ? new URL(value) : undefined
    const fits = parsed && /^https?:$/.test(parsed.protocol) && !parsed.search && !parsed.hash
    return fits ? value.replace(/\/+$/, '') : undefined
  })

const money = (env: string, standard: string, most: number, meaning: string) =>
  setting(env, { default: standard, limits: `an amount like 0.50, at most ${most}`, meaning }, (value) => {
    const amount = parseMoney(value)
    return typeof amount === 'bigint' && amount >= 0n && amount <= BigInt(most) * MONEY_UNIT ? amount : undefined
  })

const host = (env: string, standard: string, meaning: string) =>
  setting(env, { default: standard, limits: 'an IP address or localhost', meaning }, (value) =>
    value === 'localhost' || isIP(value) !== 0 ? value : undefined,
  )

const hours = (env: string, standard: string, meaning: string) =>
  setting(
    env,
    { default: standard, limits: 'two whole hours from 0 to 24 with a hyphen between them, as 9-22', meaning },
    (value) => {
      const read = readHours(value)
      return 'problem' in read ? undefined : read
    },
  )

const database = (env: string, meaning: string) =>
  setting(env, { default: '', limits: 'a postgres:// address', meaning }, (value) =>
    value === '' || /^postgres(ql)?:\/\/./.test(value) ? value : undefined,
  )

/** Every setting of the process. docs/settings.md is made from this table. */
export const SETTINGS = {
  host: host('HELIOGRAM_HOST', '127.0.0.1', 'The address all listeners open on; 0.0.0.0 or :: for every interface.'),
  httpPort: port('HELIOGRAM_HTTP_PORT', 8080, 'The port of the HTTP API'),
  httpsPort: port('HELIOGRAM_HTTPS_PORT', 8443, 'The port of the HTTPS API, open only with a certificate'),
  smppPort: port('HELIOGRAM_SMPP_PORT', 3700, 'The port of the SMPP server'),
  smppTlsPort: port('HELIOGRAM_SMPP_TLS_PORT', 3443, 'The port of the SMPP server over TLS, open only with a certificate'),
  smppSubmitMulti: flag(
    'HELIOGRAM_SMPP_SUBMIT_MULTI',
    '0: submit_multi is answered as a command that does not exist, as the original does.',
    '1',
  ),
  smppCancelReplace: flag(
    'HELIOGRAM_SMPP_CANCEL_REPLACE',
    '0: cancel_sm and replace_sm are answered as commands that do not exist, as the original does.',
    '1',
  ),
  smppNoMoneyStatus: commandStatus(
    'HELIOGRAM_SMPP_NO_MONEY_STATUS',
    '0x45',
    'What SMPP answers when the balance does not cover a message: 0x400 to 0x4ff are for statuses of your own.',
  ),
  smtpPort: port('HELIOGRAM_SMTP_PORT', 2525, 'The port of the SMTP gateway, which is not in this release'),
  dataDir: text(
    'HELIOGRAM_DATA',
    './data',
    'a folder',
    'Where the embedded database, the admin token and the node’s identity are kept.',
  ),
  databaseUrl: database(
    'DATABASE_URL',
    'The PostgreSQL server (15 or newer) to use; without it the embedded one runs in the data folder.',
  ),
  trustedProxies: ranges(
    'HELIOGRAM_TRUSTED_PROXIES',
    '',
    'Proxies whose word for the client’s address is taken (X-Forwarded-For; PROXY protocol for SMPP).',
  ),
  adminAllow: ranges('HELIOGRAM_ADMIN_ALLOW', '127.0.0.0/8,::1', 'Addresses that may ask the admin API and /metrics.'),
  tlsCert: text(
    'HELIOGRAM_TLS_CERT',
    '',
    'a PEM file',
    'The certificate chain for HTTPS and SMPP over TLS; read again when the file changes.',
  ),
  tlsKey: text('HELIOGRAM_TLS_KEY', '', 'a PEM file', 'The private key of that certificate.'),
  sandboxPublic: flag(
    'HELIOGRAM_SANDBOX_PUBLIC',
    '1: the sandbox, with its well-known password, may listen on an address that others reach.',
  ),
  publicUrl: url(
    'HELIOGRAM_PUBLIC_URL',
    'How customers’ phones reach this centre: the beginning of short links; without it http://HOST:PORT.',
  ),
  numberProfile: oneOf(
    'HELIOGRAM_NUMBER_PROFILE',
    ['russia', 'kazakhstan', 'ukraine', 'belarus'],
    'russia',
    'The country whose habits of writing numbers are understood.',
  ),
  language: oneOf('HELIOGRAM_LANG', ['ru', 'en'], 'ru', 'The language of status names in answers.'),
  senders: oneOf(
    'HELIOGRAM_SENDERS',
    ['auto', 'free', 'own', 'registered'],
    'auto',
    'Under which senders accounts may send: free, any; registered, their registered names; own, these once they have any. auto: own, in a sandbox free.',
  ),
  moderation: oneOf(
    'HELIOGRAM_MODERATION',
    ['auto', 'on', 'off'],
    'auto',
    'Whether new sender names and operators’ templates wait for you (`heliogram sender`, `heliogram template`). auto: they do, but not in a sandbox.',
  ),
  senderFee: money(
    'HELIOGRAM_SENDER_FEE',
    '0',
    1_000_000,
    'What a sender name costs by the month, in roubles, unless an account has a `sender_fee` of its own.',
  ),
  bareOk: flag(
    'HELIOGRAM_BARE_OK',
    'What returns nothing answers OK and no more in every format, for programs written before 2018.',
  ),
  sendingHours: hours(
    'HELIOGRAM_SENDING_HOURS',
    '9-22',
    'When mailings and advertising may go, on each recipient’s clock, unless their account says otherwise (tmlim); 0-24: always.',
  ),
  retentionMonths: whole(
    'HELIOGRAM_RETENTION_MONTHS',
    13,
    1,
    120,
    'Whole months that messages are kept; older ones are dropped.',
  ),
  mailingLatestHours: whole(
    'HELIOGRAM_MAILING_LATEST_HOURS',
    6,
    1,
    720,
    'A mailing that would start or go on more than so many hours late, after a crash too, is paused instead.',
  ),
  mailingBadPercent: whole(
    'HELIOGRAM_MAILING_BAD_PERCENT',
    50,
    0,
    100,
    'A mailing is paused when more than this share of its last 1,000 messages was refused or could not be delivered; 0: never.',
  ),
  waitCallPrice: money(
    'HELIOGRAM_WAIT_CALL_PRICE',
    '0',
    1_000,
    'What a request of wait_call.php costs, in the base currency; it is not given back when nobody calls.',
  ),
  exportsDays: whole('HELIOGRAM_EXPORTS_DAYS', 7, 1, 365, 'Days that files of messages, made by downloads.php, are kept.'),
  receiptsMax: whole(
    'HELIOGRAM_RECEIPTS_MAX',
    1_000_000,
    1_000,
    100_000_000,
    'Receipts and incoming messages that are kept for an account while nobody is bound over SMPP; beyond that the oldest are dropped.',
  ),
  receiptsHours: whole('HELIOGRAM_RECEIPTS_HOURS', 24, 1, 720, 'For how many hours they are kept.'),
  strongPasswords: flag(
    'HELIOGRAM_STRONG_PASSWORDS',
    '1: passwords that users.php gives sub-clients need three of letters, digits, both cases and symbols, beside 8 characters.',
  ),
  drainSeconds: whole(
    'HELIOGRAM_DRAIN_SECONDS',
    20,
    0,
    600,
    'How long a stopping centre waits for carriers’ answers before it leaves.',
  ),
  logLevel: oneOf(
    'HELIOGRAM_LOG_LEVEL',
    ['debug', 'info', 'warn', 'error', 'silent'],
    'info',
    'The least important lines that are logged, to standard error.',
  ),
} as const

/** Read by the command line only (src/cli), which asks a running centre. */
export const CLI_SETTINGS = [
  { env: 'HELIOGRAM_URL', default: 'http://127.0.0.1:8080', meaning: 'Where the command line finds the centre.' },
  {
    env: 'HELIOGRAM_ADMIN_TOKEN',
    default: '',
    meaning: 'The admin token; without it the file admin-token in the data folder is read.',
  },
] as const

type Settings = typeof SETTINGS
export type Config = {
  readonly [Name in keyof Settings]: Exclude<ReturnType<Settings[Name]['read']>, undefined>
}

export type ReadConfig = { readonly config: Config } | { readonly problems: readonly string[] }

/**
 * Reads every setting. Each problem is a sentence that names the variable and what it must be.
 * A variable that is set to nothing counts as not set.
 */
export function readConfig(env: Environment = process.env, { sandbox = false } = {}): ReadConfig {
  const problems: string[] = []
  const values = Object.entries(SETTINGS).map(([name, entry]) => {
    const written = env[entry.env]?.trim() || entry.default
    const value = entry.read(written)
    if (value === undefined) problems.push(`${entry.env} must be ${entry.limits}, not '${shown(written)}'.`)
    return [name, value]
  })
  if (problems.length > 0) return { problems }

  const config = Object.fromEntries(values) as Config
  problems.push(...conflicts(config, sandbox))
  return problems.length > 0 ? { problems } : { config }
}

function conflicts(config: Config, sandbox: boolean): string[] {
  const problems: string[] = []
  if ((config.tlsCert === '') !== (config.tlsKey === '')) {
    problems.push('HELIOGRAM_TLS_CERT and HELIOGRAM_TLS_KEY must be set together, or neither.')
  }
  if (sandbox && !config.sandboxPublic && config.host !== 'localhost' && !isLoopback(config.host)) {
    problems.push(
      `The sandbox signs anybody in as demo/demo, so it does not listen on ${config.host}: use 127.0.0.1, run \`heliogram serve\`, or set HELIOGRAM_SANDBOX_PUBLIC=1.`,
    )
  }
  return problems
}

/** Addresses of databases hold passwords: they are not repeated in a message. */
const shown = (written: string): string => (written.includes('://') ? '…' : written.slice(0, 60))
