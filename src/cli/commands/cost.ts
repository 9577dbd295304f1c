import { path } from '../admin-client.ts'
import type { Command, Option } from '../command.ts'
import { table } from '../print.ts'
import { listCommands, PLACE, placeOf, shownPlace } from './price-list.ts'

interface CarrierCosts {
  readonly carrier: string
  readonly currency: string
  readonly costs: readonly {
    readonly channel: string
    readonly prefix: string
    readonly mccmnc: string
    readonly country: string
    readonly from: string
    readonly cost: string
  }[]
}

const CARRIER: Readonly<Record<string, Option>> = {
  carrier: { value: 'NAME', meaning: 'whose costs', required: true },
  ...PLACE,
}

export const costCommands: readonly Command[] = [
  {
    name: 'cost set',
    summary: 'Set what a carrier takes for one part of a message.',
    details: 'Costs are found like prices, compared with them through the rates of `currency set`, and kept with each message.',
    options: {
      price: { value: 'N', meaning: 'money, at most 4 decimals', required: true },
      ...CARRIER,
      from: { value: 'DATE', meaning: "from when: 2026-12-01 or '2026-12-01 08:00' (Moscow); without it at once" },
      currency: { value: 'CODE', meaning: 'of a carrier without costs; without it RUR' },
    },
    examples: [
      'heliogram cost set --carrier beta --default --price 1.80',
      'heliogram cost set --carrier gamma --mccmnc 25001 --price 0.021 --currency USD',
    ],
    ask: async (centre, args) => {
      const currency = args.text('currency')
      const body = { ...placeOf(args, 'carrier'), price: args.text('price'), ...(currency !== undefined && { currency }) }
      const costs = (await centre.request('PUT', '/costs', body)) as CarrierCosts
      return { json: costs, text: show([costs]) }
    },
  },
  {
    name: 'cost remove',
    summary: 'Take out what a carrier takes for a destination.',
    options: { ...CARRIER, from: { value: 'DATE', meaning: 'only the cost entered for this date' } },
    ask: async (centre, args) => {
      const done = await centre.request('DELETE', '/costs', placeOf(args, 'carrier'))
      return { json: done, text: 'The cost is removed.' }
    },
  },
  {
    name: 'cost list',
    summary: 'List what carriers take.',
    positionals: [{ name: 'CARRIER', meaning: 'only this one', optional: true }],
    ask: async (centre, args) => {
      const costs = (await centre.request('GET', path`/costs?carrier=${args.at('CARRIER')}`)) as CarrierCosts[]
      return { json: costs, text: show(costs) }
    },
  },
  ...listCommands({ name: 'cost', owner: 'carrier', standard: undefined, at: '/costs', what: 'what a carrier takes' }),
]

function show(carriers: readonly CarrierCosts[]): string {
  const dated = carriers.some(({ costs }) => costs.some(({ from }) => from !== ''))
  const rows = carriers.flatMap(({ carrier, currency, costs }) =>
    costs.map((each) => [
      carrier,
      each.channel,
      shownPlace(each),
      each.cost,
      ...(dated ? [each.from || 'always'] : []),
      currency,
    ]),
  )
  const headings = ['CARRIER', 'CHANNEL', 'DESTINATION', 'COST', ...(dated ? ['FROM'] : []), 'CURRENCY']
  return table(headings, rows, 'Nothing is known of what carriers take: heliogram cost set.')
}
