import type { Command } from '../command.ts'
import { table } from '../print.ts'

interface Line {
  readonly name: string
  readonly messages: number
  readonly charged: string
  readonly cost: string
  readonly margin: string
  readonly percent: number | null
  readonly without_cost: number
}

interface Margin {
  readonly from: string
  readonly to: string
  readonly currency: string
  readonly lines: readonly Line[]
  readonly total: Line
  readonly without_rate: readonly string[]
}

const WHO = { account: 'ACCOUNT', carrier: 'CARRIER', country: 'COUNTRY' } as const

export const marginCommands: readonly Command[] = [
  {
    name: 'margin',
    summary: 'Tell what messages brought, what carriers took for them, and what is left.',
    details: 'Counts the messages accepted in the span, in the base currency at the rates of today.',
    options: {
      from: { value: 'DATE', meaning: 'first day, like 2026-11-01 (Moscow); without it 30 days before the end' },
      to: { value: 'DATE', meaning: 'last day, with all its hours; without it now' },
      by: { value: 'WHAT', meaning: 'a line for each account, carrier or country' },
    },
    examples: ['heliogram margin', 'heliogram margin --from 2026-11-01 --to 2026-11-30 --by carrier'],
    ask: async (centre, args) => {
      const asked = ['from', 'to', 'by'].flatMap((name) => {
        const value = args.text(name)
        return value === undefined ? [] : [[name, value] satisfies [string, string]]
      })
      const margin = (await centre.request('GET', `/margin?${new URLSearchParams(asked)}`)) as Margin
      return { json: margin, text: show(margin, args.text('by')) }
    },
  },
]

function show({ from, to, currency, lines, total, without_rate: withoutRate }: Margin, by: string | undefined): string {
  const row = (line: Line) => [
    line.name,
    line.messages,
    line.charged,
    line.cost,
    line.margin,
    line.percent === null ? '-' : `${line.percent} %`,
    ...(total.without_cost > 0 ? [line.without_cost] : []),
  ]
  const who = by === 'account' || by === 'carrier' || by === 'country' ? WHO[by] : 'MESSAGES OF'
  const headings = [
    who,
    'MESSAGES',
    'CHARGED',
    'COST',
    'MARGIN',
    'OF THE CHARGE',
    ...(total.without_cost > 0 ? ['COST UNKNOWN'] : []),
  ]
  const all =
    lines.length > 0 ? [...lines.map(row), row({ ...total, name: 'in all' })] : [row({ ...total, name: 'all accounts' })]
  return [
    `From ${from} to ${to}, in ${currency}.`,
    table(headings, all, '', ['CHARGED', 'COST', 'MARGIN', 'OF THE CHARGE']),
    ...(total.without_cost > 0
      ? ['COST UNKNOWN: messages over carriers of whose costs nothing is known: heliogram cost set.']
      : []),
    ...(withoutRate.length > 0
      ? [`Left out: accounts in ${withoutRate.join(', ')}. Give a rate: heliogram currency set ${withoutRate[0]}=…`]
      : []),
  ].join('\n')
}
