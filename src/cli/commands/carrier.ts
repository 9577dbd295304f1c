import { path } from '../admin-client.ts'
import { type Args, type Command, Complaint, type Option, type Output } from '../command.ts'
import { fields, table } from '../print.ts'

const NAME = { name: 'NAME', meaning: 'the name of the carrier' } as const

/** What the centre does with a carrier, whatever its kind. */
const POLICY: Readonly<Record<string, Option>> = {
  unknown: {
    value: 'auto|hold|resend',
    meaning: 'what to do with a message sent but never answered: hold it, or send it once more, marked; auto: hold bulk only',
  },
  'query-after-minutes': { value: 'N', meaning: 'ask for a missing receipt after so long; 0: never' },
  'receipt-limit-minutes': { value: 'N', meaning: 'a message without a receipt is final after so long' },
}

interface Carrier {
  readonly name: string
  readonly kind: string
  readonly enabled: boolean
  readonly link: string
  readonly reason: string
  readonly node: number | null
  readonly routes: number
  readonly waiting: number
  readonly window: number
  readonly window_max: number
  readonly pushed_back_until: string | null
  readonly pauses: readonly { readonly id: number; readonly says: string; readonly until: string; readonly reason: string }[]
  readonly unknown: string
  readonly query_after_minutes: number
  readonly receipt_limit_minutes: number
  readonly settings: Readonly<Record<string, unknown>>
}

interface Kind {
  readonly name: string
  readonly title: string
  readonly settings: readonly {
    readonly name: string
    readonly types: readonly string[]
    readonly choices: readonly unknown[]
    readonly standard?: unknown
    readonly required: boolean
    readonly meaning: string
  }[]
}

const SETTINGS_HINT =
  'Every other option is a setting of its kind; `heliogram carrier kinds` lists them. Values in [] or {} are JSON.'

export const carrierCommands: readonly Command[] = [
  {
    name: 'carrier add',
    summary: 'Add a carrier. Messages come to it with its first route.',
    details: SETTINGS_HINT,
    positionals: [{ name: 'KIND', meaning: 'what it speaks: smpp, simulator …' }],
    options: { name: { value: 'NAME', meaning: 'how it is called here', required: true }, ...POLICY },
    takesSettings: true,
    examples: [
      'heliogram carrier add smpp --name mts --host smpp.example.org --port 2775 --system-id shop --password W --window 50 --rate 100',
    ],
    ask: async (centre, args) => {
      const body = { kind: args.at('KIND'), name: args.text('name'), ...policyOf(args), settings: args.settings }
      return showCarrier(await centre.request('POST', '/carriers', body))
    },
  },
  {
    name: 'carrier list',
    summary: 'List the carriers and the state of their links.',
    ask: async (centre) => {
      const carriers = (await centre.request('GET', '/carriers')) as Carrier[]
      const rows = carriers.map((each) => [
        each.name,
        each.kind,
        each.enabled ? each.link : 'off',
        each.node,
        each.routes,
        each.waiting,
        windowOf(each),
        reasonOf(each),
      ])
      const text = table(
        ['CARRIER', 'KIND', 'LINK', 'NODE', 'ROUTES', 'WAITING', 'WINDOW', 'REASON'],
        rows,
        'There are no carriers: heliogram carrier add.',
      )
      return { json: carriers, text }
    },
  },
  {
    name: 'carrier show',
    summary: 'Show a carrier with its settings; passwords are hidden.',
    positionals: [NAME],
    ask: async (centre, args) => showCarrier(await centre.request('GET', path`/carriers/${args.at('NAME')}`)),
  },
  {
    name: 'carrier set',
    summary: 'Change settings of a carrier.',
    details: `${SETTINGS_HINT} The word default takes a setting back.`,
    positionals: [NAME],
    options: POLICY,
    takesSettings: true,
    examples: ['heliogram carrier set mts --window 100 --rate default'],
    ask: async (centre, args) => {
      const settings = Object.fromEntries(
        Object.entries(args.settings).map(([name, value]) => [name, value === 'default' ? null : value]),
      )
      const policy = policyOf(args)
      if (Object.keys({ ...settings, ...policy }).length === 0) {
        throw new Complaint('There is nothing to change: name a setting, like --window 100. See: heliogram carrier set --help', 2)
      }
      return showCarrier(await centre.request('PATCH', path`/carriers/${args.at('NAME')}`, { ...policy, settings }))
    },
  },
  {
    name: 'carrier enable',
    summary: 'Switch a carrier on.',
    positionals: [NAME],
    ask: async (centre, args) =>
      showCarrier(await centre.request('PATCH', path`/carriers/${args.at('NAME')}`, { enabled: true })),
  },
  {
    name: 'carrier disable',
    summary: 'Switch a carrier off: its links close, its messages go to others or wait.',
    positionals: [NAME],
    ask: async (centre, args) =>
      showCarrier(await centre.request('PATCH', path`/carriers/${args.at('NAME')}`, { enabled: false })),
  },
  {
    name: 'carrier remove',
    summary: 'Remove a carrier that is switched off and that no message waits for.',
    positionals: [NAME],
    ask: async (centre, args) => {
      const done = await centre.request('DELETE', path`/carriers/${args.at('NAME')}`)
      return { json: done, text: `The carrier ${args.at('NAME')} and its routes are removed.` }
    },
  },
  {
    name: 'carrier kinds',
    summary: 'List what carriers can speak, with all settings of a kind.',
    positionals: [{ name: 'KIND', meaning: 'only this one', optional: true }],
    ask: async (centre, args) => {
      const kinds = (await centre.request('GET', '/carrier-kinds')) as Kind[]
      const wanted = kinds.filter(({ name }) => args.at('KIND') === '' || name === args.at('KIND'))
      if (wanted.length === 0) throw new Complaint(`There is no kind '${args.at('KIND')}': heliogram carrier kinds lists them.`)
      return { json: wanted, text: wanted.map(showKind).join('\n\n') }
    },
  },
]

function policyOf(args: Args): Readonly<Record<string, string | number>> {
  const unknown = args.text('unknown')
  const query = args.whole('query-after-minutes')
  const limit = args.whole('receipt-limit-minutes')
  return {
    ...(unknown !== undefined && { unknown }),
    ...(query !== undefined && { query_after_minutes: query }),
    ...(limit !== undefined && { receipt_limit_minutes: limit }),
  }
}

const clock = (iso: string): string => `${iso.slice(0, 19).replace('T', ' ')} UTC`

/** `10`, or `4 of 10` while the carrier's answers allow less than its contract. */
const windowOf = ({ window, window_max: max }: Carrier): string =>
  max === 0 ? '' : window === max ? String(max) : `${window} of ${max}`

/** What is held back says more than a link that is bound. */
function reasonOf({ reason, pauses, pushed_back_until: pushed }: Carrier): string {
  const [pause] = pauses
  const many = pauses.length > 1 ? `${pauses.length} pauses, one ` : ''
  if (pause) return `${many}until ${pause.until.slice(11, 19)} UTC: ${pause.says}`
  return pushed === null ? reason : `until ${pushed.slice(11, 19)} UTC: the carrier pushed back`
}

const asOption = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

function showKind({ name, title, settings }: Kind): string {
  const rows = settings.map((setting) => [
    asOption(setting.name),
    setting.choices.length > 0 ? setting.choices.join('|') : setting.types.join('|'),
    setting.required ? 'required' : setting.standard === '' ? 'empty' : JSON.stringify(setting.standard),
    setting.meaning,
  ])
  return `${name}: ${title}\n${table(['OPTION', 'VALUE', 'DEFAULT', 'MEANING'], rows, 'It has no settings.')}`
}

function showCarrier(json: unknown): Output {
  const carrier = json as Carrier
  const text = fields([
    ['carrier', `${carrier.name} (${carrier.kind})`],
    ['link', carrier.enabled ? [carrier.link, carrier.reason].filter((part) => part !== '').join(': ') : 'switched off'],
    ['node', carrier.node],
    ['routes', carrier.routes === 0 ? `none: heliogram route add --carrier ${carrier.name}` : carrier.routes],
    ['waiting', carrier.waiting],
    ['window', windowOf(carrier)],
    ...(carrier.pushed_back_until === null
      ? []
      : [['pushed back', `the carrier is full; nothing is sent until ${clock(carrier.pushed_back_until)}`] as const]),
    ...carrier.pauses.map(
      (pause) => [`pause ${pause.id}`, `${pause.says} until ${clock(pause.until)}: ${pause.reason}`] as const,
    ),
    ['unknown', carrier.unknown],
    ['query after', carrier.query_after_minutes === 0 ? 'never' : `${carrier.query_after_minutes} minutes`],
    ['receipt limit', `${carrier.receipt_limit_minutes} minutes`],
    ...Object.entries(carrier.settings).map(
      ([name, value]) => [asOption(name), typeof value === 'object' ? JSON.stringify(value) : String(value)] as const,
    ),
  ])
  return { json, text }
}
