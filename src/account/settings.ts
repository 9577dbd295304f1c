import { type AccountSettings, LIMITS, type LimitName } from '../domain/account.ts'
import { Refusal } from '../domain/refusal.ts'
import { TEXT_RULES, WHOLE_RANGES } from './setting-values.ts'

/** How the value of a setting is read; `flag` is 0 or 1, and a bare name sets it. */
type Kind = 'text' | 'whole' | 'flag'

const named = (kind: Kind, meanings: Readonly<Record<string, string>>): [string, { kind: Kind; meaning: string }][] =>
  Object.entries(meanings).map(([name, meaning]) => [name, { kind, meaning }])

/** What an account can have set, by the names of the SMSC API (users.php, parameters) and a few of our own. */
export const ACCOUNT_SETTINGS: ReadonlyMap<string, { readonly kind: Kind; readonly meaning: string }> = new Map([
  ...named('text', {
    email: 'main e-mail',
    email2: 'e-mail that incoming messages are forwarded to',
    phone: 'main phone',
    phone2: 'phone that incoming messages are forwarded to',
    fio: 'name of the person or company',
    props: 'company details',
    cntr: 'contract number',
    sender: 'default sender name',
    bots: 'Telegram bots and WhatsApp numbers it may send through, as bot= names them, with commas between',
    sender2: 'reserve sender name',
    nb: 'balance level for a low-balance notice',
    fmts: 'codes that may be sent to; a minus excludes: 7,-77',
    notes: 'notes of the operator',
    ph: 'phones or groups for mailings by SMS commands',
    tmlim: 'hours for sending, h1-h2',
    url: 'address of the handler for statuses and incoming messages',
    senders: 'senders it may send under: free, own or registered (HELIOGRAM_SENDERS)',
    sender_fee: 'what each of its sender names costs by the month, in its currency; 0 for nothing',
    templates_only: 'senders, with commas between, that send nothing but texts of op_templates.php; * for all',
    answ: 'auto-reply to incoming messages: a text, or the id of a template of the account; 0: none',
    opt_out_words: 'words besides STOP by which subscribers ask for no more messages, with commas between; -word: not this one',
    answ_call: 'auto-reply to incoming calls',
    mph: 'phones that receive forwarded e-mails',
    link_host: 'what its short links begin with, https://go.example.com: a host of its own that leads to this centre',
    tariff: 'name of the tariff',
    credit: 'credit limit in money: how far the balance may go below zero',
  }),
  ...named('whole', {
    mintrf: 'minimal tariff',
    tz: 'time zone index 0..24 = GMT-12 .. GMT+12 (15 = GMT+3)',
    ktm: 'days that messages stay in the history',
    dlim: 'messages a day',
    plim: 'messages a day for one number',
    tlim: 'messages a day for one number and text',
    ilim: 'messages a day for one sending address',
    vld: 'maximal delivery time in minutes',
    mh1: 'hour from which e-mails are forwarded',
    mh2: 'hour to which e-mails are forwarded',
    mlen: 'length to which a forwarded e-mail is cut',
  }),
  ...named('flag', {
    'fl[1]': 'incoming messages over SMPP',
    'fl[2]': 'SMPP access',
    'fl[5]': 'delivery control',
    'fl[6]': 'mailings forbidden',
    'fl[8]': 'incoming messages to phone2',
    'fl[9]': 'incoming messages to email2',
    'fl[10]': 'statuses to url',
    'fl[11]': 'incoming messages to url',
    url_passed: 'of statuses to url also 0, passed to the operator',
    'fl[16]': 'detect answering machines',
    'fl[23]': 'track the parts of a message',
    'fl[26]': 'contacts of the main account',
    'fl[27]': 'may not change settings',
    'fl[28]': 'may not pay',
    'fl[29]': 'sender names of the main account',
    'fl[30]': 'API log',
    'fl2[1]': 'hide messages from the sub-client',
    'fl2[4]': 'no call forwarding',
    'fl2[8]': 'extended personal account',
    'fl2[9]': 'dearer routes for guaranteed delivery',
    'fl2[10]': 'account blocked',
    'fl2[12]': 'refuse when the sender would be replaced',
    'fl2[13]': 'do not add a replaced sender to the text',
    'fl2[15]': 'refuse outside tmlim instead of waiting',
    'fl2[16]': 'tmlim in the subscribers’ time zones',
    'fl2[23]': 'mass and advertising mailings forbidden',
    'fl2[24]': 'cheap routes first, dearer ones if not delivered',
    'fl2[27]': 'test mode: nothing is sent, nothing is charged',
    keep_contacts: 'contacts stay when their last group is deleted',
    'fl3[20]': 'no confirmation of sign-ins from new addresses',
    'mfl[0]': 'e-mail to SMS off',
    'mfl[1]': 'forward without subject',
    'mfl[2]': 'forward without text',
    'mfl[3]': 'forward without sender address',
    'mfl[4]': 'transliterate e-mails',
    'mfl[5]': 'phones in the body of an e-mail',
    'mfl[6]': 'phones in the address of an e-mail',
    opt_out: 'subscribers who write STOP are put on the blacklist (on by default)',
    hash_sign_in: 'MD5 and SHA-1 of the password are accepted (on by default)',
  }),
])

const TEXT_MAX = 1_000

export type SettingValues = Readonly<Record<string, string | number | boolean | null>>

/** What is to be stored: a value, or undefined, which takes the name out. Rejects a whole change for one bad name or value. */
export function readSettings(values: SettingValues): ReadonlyMap<string, string | number | undefined> {
  const read = new Map<string, string | number | undefined>()
  for (const [name, value] of Object.entries(values)) {
    const setting = ACCOUNT_SETTINGS.get(name)
    if (!setting) {
      const known = [...ACCOUNT_SETTINGS.keys()].join(', ')
      throw new Refusal('bad_request', { field: name, reason: `There is no setting '${name}'. There are: ${known}.` })
    }
    read.set(name, readValue(name, setting.kind, value))
  }
  return read
}

function readValue(name: string, kind: Kind, value: string | number | boolean | null): string | number | undefined {
  const wrong = (must: string): Refusal => new Refusal('bad_request', { field: name, reason: `${name} must be ${must}.` })
  // Absent flags are off, but for these, which are on until they are switched off.
  if (kind === 'flag') {
    const flag = asFlag(value)
    if (flag === undefined) throw wrong('0 or 1')
    return flag ? 1 : name === 'hash_sign_in' || name === 'opt_out' ? 0 : undefined
  }
  if (value === null || value === '') return undefined
  if (kind === 'text') {
    const text = String(value)
    if (text.length > TEXT_MAX || text.includes('\0')) throw wrong(`a text of at most ${TEXT_MAX} characters`)
    return name === 'link_host' ? asLinkHost(text) : asRuled(name, text)
  }
  const number = typeof value === 'number' ? value : /^\d{1,9}$/.test(String(value)) ? Number(value) : Number.NaN
  const [lowest, highest] = WHOLE_RANGES[name] ?? [0, 999_999_999]
  const fits = Number.isInteger(number) && number >= lowest && number <= highest
  if (!fits) throw wrong(`a whole number from ${lowest} to ${highest}`)
  return number
}

function asRuled(name: string, text: string): string {
  const rule = TEXT_RULES[name]
  if (!rule) return text
  const read = rule.read(text)
  if (read === undefined) throw new Refusal('bad_request', { field: name, reason: `${name} must be ${rule.must}.` })
  return read
}

/** As links begin with it: no path, no slash at the end, no port that goes without saying. */
function asLinkHost(text: string): string {
  const host = text.trim().toLowerCase().replace(/\/$/, '')
  if (/^https?:\/\/(?=.{4,200}$)[a-z\d-]+(?:\.[a-z\d-]+)+(?::\d{1,5})?$/.test(host) && URL.canParse(host))
    return new URL(host).origin
  const reason = 'link_host must be http:// or https:// and a host, as in https://go.example.com.'
  throw new Refusal('bad_request', { field: 'link_host', reason })
}

const ON = ['true', 'on', 'yes'] // `on` is what the checkbox of a form sends
const OFF = ['', 'false', 'off', 'no']

/** Any number but 0 sets a flag; 0 and nothing clear it (SMSC API, flags). Words that say neither are a mistake. */
function asFlag(value: string | number | boolean | null): boolean | undefined {
  const word = String(value ?? '').toLowerCase()
  if (OFF.includes(word)) return false
  return ON.includes(word) || (/^[+-]?\d+$/.test(word) ? Number(word) !== 0 : undefined)
}

/** Highest values: a window looks at as many tokens as its limit. */
const LIMITS_MAX: Readonly<Record<LimitName, number>> = {
  concurrent: 10_000,
  identical: 1_000,
  identical_cost: 1_000,
  status: 1_000,
  status_mass: 1_000,
  balance: 1_000,
  identical_other: 1_000,
  history: 1_000,
  statistics: 1_000,
  operator: 1_000,
  jobs: 1_000,
  events: 1_000,
  subclients: 1_000,
  documents: 1_000,
  subscriber: 100_000,
  throughput: 100_000,
  binds: 1_000,
  receipts: 10_000,
}

/** Reads limits as `limit.<name>` settings: 0 switches one off, null gives the default back. */
export function readLimits(values: Readonly<Record<string, unknown>>): ReadonlyMap<string, number | undefined> {
  const read = new Map<string, number | undefined>()
  for (const [name, value] of Object.entries(values)) {
    if (!isLimit(name)) {
      const known = Object.keys(LIMITS).join(', ')
      throw new Refusal('bad_request', { field: name, reason: `There is no limit '${name}'. There are: ${known}.` })
    }
    const highest = LIMITS_MAX[name]
    const fits = value === null || (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= highest)
    // The n-th request at the same time is refused (SMSC API, error 9), so with 1 none would be let in.
    if (!fits || (name === 'concurrent' && value === 1)) {
      const must =
        name === 'concurrent'
          ? `0 for no limit, or a whole number from 2 to ${highest}`
          : `a whole number from 0 (no limit) to ${highest}`
      throw new Refusal('bad_request', { field: name, reason: `The limit ${name} must be ${must}.` })
    }
    read.set(`limit.${name}`, value === null ? undefined : Number(value))
  }
  return read
}

const isLimit = (name: string): name is LimitName => Object.hasOwn(LIMITS, name)

/** Splits what was read into what is set and what is taken out. */
export function asChange(read: ReadonlyMap<string, string | number | undefined>): { set: AccountSettings; clear: string[] } {
  const set: Record<string, string | number> = {}
  const clear: string[] = []
  for (const [name, value] of read) {
    if (value === undefined) clear.push(name)
    else set[name] = value
  }
  return { set, clear }
}
