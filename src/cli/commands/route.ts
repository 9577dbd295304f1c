import { type AdminClient, path } from '../admin-client.ts'
import { type Args, type Command, Complaint, type Option } from '../command.ts'
import { table, WIDTH_MAX, wrap } from '../print.ts'
import { explainCommand } from './route-explain.ts'

interface Route {
  readonly id: number
  readonly carrier: string
  readonly channel: string
  readonly prefix: string
  readonly mccmnc: string
  readonly account: string
  readonly sender: string
  readonly hours: string
  readonly priority: number
  readonly weight: number
  readonly chosen_by: string
  readonly sticky: string
  readonly losses: string
  readonly no_receipt_after: number
  readonly replace_sender: string
  readonly notes: readonly string[]
}

interface RouteSet {
  readonly channel: string
  readonly priority: number
  readonly strategy: string
  readonly sticky: string
}

const CHANGEABLE: Readonly<Record<string, Option>> = {
  priority: { value: 'N', meaning: 'the higher number is tried first; 0: only what no other route matches' },
  weight: { value: 'N', meaning: 'its share where routes share by weight, 0 to 1000; at first 100' },
  losses: {
    value: 'WHAT',
    meaning: 'allow, warn or stop, whatever the centre does with messages that cost more than they bring',
  },
  'no-receipt-after': {
    value: 'MINUTES',
    meaning: 'without a receipt by then the message is sent anew over the next carrier, once each; 0: never',
  },
  'replace-sender': {
    value: 'NAME',
    meaning: 'what goes this way goes out under this name, and the text begins with its own; none: as it is',
  },
}

export const routeCommands: readonly Command[] = [
  {
    name: 'route add',
    summary: 'Send messages to a carrier: by number, network, account, sender or time of day.',
    details:
      'Of the routes that fit a message those of the highest priority are tried first. A route of priority 0 takes what no other route matches. How routes of one priority stand to each other: heliogram route choose.',
    options: {
      carrier: { value: 'NAME', meaning: 'where the messages go', required: true },
      prefix: { value: 'LIST', meaning: 'beginnings of numbers, with commas between' },
      mccmnc: { value: 'LIST', meaning: 'networks (25001) or countries (250), with commas between' },
      channel: { value: 'NAME', meaning: 'sms (the default), hlr, mail …' },
      account: { value: 'LOGIN', meaning: 'messages of this account only' },
      sender: { value: 'NAME', meaning: 'messages of this sender only; BANK* : of all that begin so' },
      hours: { value: 'FROM-TO', meaning: 'open at these hours only: 9-18, 22:00-06:00' },
      zone: { value: 'HOURS', meaning: 'the clock of --hours as its distance from UTC: +5; without it +3, Moscow' },
      ...CHANGEABLE,
      priority: { value: 'N', meaning: 'the higher number wins; without it 100' },
    },
    examples: [
      'heliogram route add --carrier mts --prefix 7910,7911 --priority 200',
      'heliogram route add --carrier night --mccmnc 250 --hours 22-6 --no-receipt-after 10',
    ],
    ask: async (centre, args) => {
      const names = ['carrier', 'prefix', 'mccmnc', 'channel', 'account', 'sender', 'hours', 'zone']
      const routes = (await centre.request('POST', '/routes', { ...texts(args, names), ...changes(args) })) as Route[]
      return { json: routes, text: show(routes) }
    },
  },
  {
    name: 'route list',
    summary: 'List the routes, the first to be tried first.',
    ask: async (centre) => {
      const routes = (await centre.request('GET', '/routes')) as Route[]
      return { json: routes, text: show(routes) }
    },
  },
  {
    name: 'route set',
    summary: 'Change a route: priority, weight, losses, missing receipts, the sender it sends under.',
    positionals: [{ name: 'ID', meaning: 'its number, as listed' }],
    options: {
      ...CHANGEABLE,
      losses: { value: 'WHAT', meaning: 'allow, warn, stop, or centre: as the centre does' },
    },
    examples: ['heliogram route set 12 --weight 30'],
    ask: async (centre, args) => {
      const change = changes(args)
      if (Object.keys(change).length === 0) throw new Complaint('Say what is to change: heliogram route set --help', 2)
      const route = (await centre.request('PATCH', path`/routes/${idOf(args)}`, change)) as Route
      return { json: route, text: show([route]) }
    },
  },
  {
    name: 'route remove',
    summary: 'Remove a route.',
    positionals: [{ name: 'ID', meaning: 'its number, as listed' }],
    ask: async (centre, args) => {
      const done = await centre.request('DELETE', path`/routes/${idOf(args)}`)
      return { json: done, text: `The route ${args.at('ID')} is removed.` }
    },
  },
  {
    name: 'route choose',
    summary: 'How routes of one priority stand to each other.',
    details:
      'order: the more specific first, then the older. weight: each has its share. cost: the cheapest first. quality: first who delivers best in the network, by the receipts of the last day. What cost and quality find equal shares by weight.',
    options: {
      priority: { value: 'N', meaning: 'of the routes', required: true },
      channel: { value: 'NAME', meaning: 'sms (the default), hlr, mail …' },
      by: { value: 'WHAT', meaning: 'order, weight, cost or quality' },
      sticky: { value: 'WHOM', meaning: 'where routes share: recipient, sender or both keep their carrier; none' },
    },
    examples: ['heliogram route choose --priority 100 --by weight --sticky recipient'],
    ask: async (centre, args) => {
      const body = { priority: args.whole('priority'), ...texts(args, ['channel', 'by', 'sticky']) }
      const set = (await centre.request('PUT', '/routes/sets', body)) as RouteSet
      return { json: set, text: `${sayChoice(set)}.` }
    },
  },
  {
    name: 'route losses',
    summary: 'What is done with messages that cost more than they bring.',
    details:
      'allow: they go. warn: they go, counted and logged. stop: the carrier is passed over. Without WHAT it is shown. A route may have its own rule: heliogram route set ID --losses WHAT.',
    positionals: [{ name: 'WHAT', meaning: 'allow, warn or stop', optional: true }],
    ask: async (centre, args) => {
      const losses = args.at('WHAT')
      const rule = (await (losses === ''
        ? centre.request('GET', '/routes/losses')
        : centre.request('PUT', '/routes/losses', { losses }))) as { losses: string }
      return { json: rule, text: LOSSES[rule.losses] ?? rule.losses }
    },
  },
  {
    name: 'route quality',
    summary: 'How well carriers delivered to each network in the last day.',
    ask: async (centre) => showQuality(centre),
  },
  explainCommand,
]

const LOSSES: Readonly<Record<string, string>> = {
  allow: 'allow: messages go whatever they cost.',
  warn: 'warn: messages that cost more than they bring are sent, counted and logged.',
  stop: 'stop: a carrier that takes more than the customer pays is passed over; with none left the message is refused.',
}

const texts = (args: Args, names: readonly string[]) =>
  Object.fromEntries(names.filter((name) => args.text(name) !== undefined).map((name) => [name, args.text(name)]))

function changes(args: Args): Readonly<Record<string, unknown>> {
  const numbers = {
    priority: args.whole('priority'),
    weight: args.whole('weight'),
    no_receipt_after: args.whole('no-receipt-after'),
  }
  const given = Object.entries(numbers).filter(([, value]) => value !== undefined)
  const sender = args.text('replace-sender')
  return { ...Object.fromEntries(given), ...texts(args, ['losses']), ...(sender !== undefined && { replace_sender: sender }) }
}

function idOf(args: Args): string {
  const id = args.at('ID')
  if (!/^\d{1,9}$/.test(id)) throw new Complaint(`'${id}' is no number of a route: heliogram route list.`, 2)
  return id
}

const STRATEGIES: Readonly<Record<string, string>> = {
  order: 'are tried in order: the more specific first',
  weight: 'share by weight',
  cost: 'are tried by cost: the cheapest first',
  quality: 'are tried by quality: who delivers best first',
}
const STICKY: Readonly<Record<string, string>> = {
  recipient: '; where they share, a number keeps its carrier',
  sender: '; where they share, a sender keeps its carrier',
  both: '; where they share, a sender and a number together keep their carrier',
}

const sayChoice = ({ channel, priority, strategy, sticky }: RouteSet): string =>
  `Routes of ${channel}, priority ${priority}, ${STRATEGIES[strategy] ?? strategy}${STICKY[sticky] ?? ''}`

const condition = ({ account, sender, hours }: Route): string =>
  [account && `account ${account}`, sender && `sender ${sender}`, hours && `${hours}`].filter(Boolean).join(', ')

function show(routes: readonly Route[]): string {
  const conditional = routes.some((route) => condition(route) !== '')
  const shared = routes.some((route) => route.chosen_by !== 'order')
  const special = routes.some((route) => route.no_receipt_after > 0 || route.losses !== 'centre' || route.replace_sender)
  const more = (route: Route) =>
    [
      route.no_receipt_after > 0 && `anew after ${route.no_receipt_after} min`,
      route.losses !== 'centre' && `losses: ${route.losses}`,
      route.replace_sender && `as ${route.replace_sender}`,
    ]
      .filter(Boolean)
      .join(', ')
  const list = table(
    [
      'ID',
      'CHANNEL',
      'PRIORITY',
      'PREFIX',
      'MCCMNC',
      ...(conditional ? ['ONLY'] : []),
      'CARRIER',
      ...(shared ? ['WEIGHT'] : []),
      ...(special ? ['ALSO'] : []),
    ],
    routes.map((route) => [
      route.id,
      route.channel,
      route.priority,
      route.prefix,
      route.mccmnc,
      ...(conditional ? [condition(route)] : []),
      route.carrier,
      ...(shared ? [route.weight] : []),
      ...(special ? [more(route)] : []),
    ]),
    'There are no routes: heliogram route add.',
  )
  const sets = new Set(
    routes
      .filter((route) => route.chosen_by !== 'order')
      .map((route) => `${sayChoice({ ...route, strategy: route.chosen_by })}.`),
  )
  const notes = routes.flatMap((route) => route.notes.map((note) => `Route ${route.id}: ${note}`))
  return [list, ...[...sets, ...notes].map((line) => wrap(line, WIDTH_MAX).join('\n'))].join('\n')
}

async function showQuality(centre: AdminClient) {
  const rows = (await centre.request('GET', '/routes/quality')) as {
    readonly carrier: string
    readonly mccmnc: string
    readonly messages: number
    readonly delivered_percent: number
    readonly seconds: number
    readonly counts: boolean
  }[]
  const list = table(
    ['CARRIER', 'MCCMNC', 'MESSAGES', 'DELIVERED %', 'SECONDS', 'ENOUGH TO CHOOSE BY'],
    rows.map((row) => [row.carrier, row.mccmnc, row.messages, row.delivered_percent, row.seconds, row.counts]),
    'No receipts have come in the last day.',
  )
  return { json: rows, text: list }
}
