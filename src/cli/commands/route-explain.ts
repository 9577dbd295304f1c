import type { Command } from '../command.ts'
import { fields, WIDTH_MAX, wrap } from '../print.ts'

interface Quality {
  readonly delivered_percent: number
  readonly seconds: number
  readonly of: string
}

interface Line {
  readonly place: number
  readonly route: number
  readonly carrier: string
  readonly goes: boolean
  readonly says: string
  readonly priority: number
  readonly chosen_by: string
  readonly weight: number
  readonly cost: string | null
  readonly quality: Quality | null
}

interface Explained {
  readonly to: string
  readonly channel: string
  readonly from: string
  readonly account: string | null
  readonly at: string
  readonly mccmnc: string
  readonly country: string
  readonly operator: string
  readonly region: string
  readonly price: string | null
  readonly currency: string | null
  readonly losses: string
  readonly says: string
  readonly routes: readonly Line[]
}

const OPTIONS = ['to', 'from', 'account', 'channel', 'at'] as const

export const explainCommand: Command = {
  name: 'route explain',
  summary: 'Where a message would go, and why each other route lost. Nothing is sent.',
  options: {
    to: { value: 'NUMBER', meaning: 'the recipient', required: true },
    from: { value: 'SENDER', meaning: 'the sender; without it the account’s own' },
    account: { value: 'LOGIN', meaning: 'who sends; without it routes of accounts do not match, and no price is compared' },
    channel: { value: 'NAME', meaning: 'sms (the default), hlr, mail …' },
    at: { value: 'TIME', meaning: 'when, on the clock of the account: 23:30, 2026-12-31T23:30; without it now' },
  },
  examples: ['heliogram route explain --to 79161234567 --from BANK --account shop --at 23:30'],
  ask: async (centre, args) => {
    const wish = Object.fromEntries(
      OPTIONS.filter((name) => args.text(name) !== undefined).map((name) => [name, args.text(name)]),
    )
    const explained = (await centre.request('POST', '/routes/explain', wish)) as Explained
    return { json: explained, text: show(explained) }
  },
}

function show(explained: Explained): string {
  const { routes } = explained
  const network = [explained.operator, explained.region, explained.country].filter((part) => part !== '').join(', ')
  const head = fields([
    ['To', [explained.to, network && `(${network})`, explained.mccmnc].filter(Boolean).join('  ')],
    ['From', explained.from],
    ['Account', explained.account === null ? 'nobody’s' : `${explained.account}${pays(explained)}`],
    ['Channel', explained.channel],
    ['At', explained.at],
  ])
  const shown = routes.slice(0, LINES_MAX)
  const width = (of: (line: Line) => string) => Math.max(...shown.map((line) => of(line).length), 0)
  const carrier = width((line) => line.carrier)
  const facts = (line: Line) =>
    [
      String(line.place === 0 ? '-' : line.place).padStart(3),
      line.carrier.padEnd(carrier),
      `route ${line.route}`.padEnd(width(({ route }) => `route ${route}`)),
      `priority ${line.priority}`.padEnd(width(({ priority }) => `priority ${priority}`)),
      ...(line.chosen_by === 'weight' ? [`weight ${line.weight}`] : []),
      ...(line.cost === null ? [] : [`costs ${line.cost}`]),
      ...(line.quality === null ? [] : [sayQuality(line.quality)]),
      ...(line.goes ? ['<- goes here'] : []),
    ].join('  ')
  const lines = shown.flatMap((line) => [
    facts(line).trimEnd(),
    ...wrap(line.says, WIDTH_MAX - INDENT).map((part) => `${' '.repeat(INDENT)}${part}`),
  ])
  const more = routes.length > LINES_MAX ? [`and ${routes.length - LINES_MAX} more that do not fit: --json prints them.`] : []
  return [head, '', ...lines, ...more, ...(lines.length > 0 ? [''] : []), ...wrap(explained.says, WIDTH_MAX)].join('\n')
}

const INDENT = 5
const LINES_MAX = 50

const pays = ({ price, currency }: Explained): string =>
  price === null ? ', which has no price for this' : `, pays ${price} ${currency ?? ''} a part`

const sayQuality = ({ delivered_percent, seconds, of }: Quality): string =>
  `${Math.round(delivered_percent)} % in ${Math.round(seconds)} s${of === 'country' ? ' (country)' : ''}`
