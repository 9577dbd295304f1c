import type { AdminClient } from '../admin-client.ts'
import { path } from '../admin-client.ts'
import type { Command, Option } from '../command.ts'
import { type Cell, table } from '../print.ts'
import { listCommands, PLACE, placeOf, shownPlace } from './price-list.ts'

interface Price {
  readonly channel: string
  readonly prefix: string
  readonly mccmnc: string
  readonly country: string
  readonly zone: number
  readonly from: string
  readonly price: string
  readonly mass: string
}

interface Tariff {
  readonly name: string
  readonly number: number | null
  readonly currency: string
  readonly charged: string
  readonly accounts: number
  readonly prices: readonly Price[]
}

const TARIFF: Readonly<Record<string, Option>> = {
  tariff: { value: 'NAME', meaning: 'without it the tariff named default' },
  ...PLACE,
}

export const tariffCommands: readonly Command[] = [
  {
    name: 'tariff set',
    summary: 'Set what one part of a message costs; a tariff of a new name is made.',
    details:
      'A message is priced by the longest prefix, then its network, then its country by MCC, then by name, then the default. ' +
      'Several rows of one destination follow each other by their dates.',
    options: {
      price: { value: 'N', meaning: 'money, at most 4 decimals', required: true },
      mass: { value: 'N', meaning: 'of what is sent from the personal account; without it the same' },
      ...TARIFF,
      from: { value: 'DATE', meaning: "from when: 2026-12-01 or '2026-12-01 08:00' (Moscow); without it at once" },
      zone: { value: 'N', meaning: 'number of the zone that customers see; without it the country’s' },
      currency: { value: 'CODE', meaning: 'of a new tariff; without it RUR' },
      charged: { value: 'WHEN', meaning: 'accepted (the default), or delivered: what does not arrive costs nothing' },
    },
    examples: [
      'heliogram tariff set --default --price 3.50',
      'heliogram tariff set --tariff retail --mccmnc 25001 --price 2.95 --mass 3.10',
      'heliogram tariff set --tariff retail --country Kazakhstan --price 12 --from 2026-12-01',
    ],
    ask: async (centre, args) => {
      const zone = args.whole('zone')
      const given = ['price', 'mass', 'currency', 'charged'].flatMap((name) => {
        const value = args.text(name)
        return value === undefined ? [] : [[name, value] as const]
      })
      const body = { ...placeOf(args, 'tariff'), ...Object.fromEntries(given), ...(zone !== undefined && { zone }) }
      const tariff = (await centre.request('PUT', '/prices', body)) as Tariff
      return { json: tariff, text: show([tariff]) }
    },
  },
  {
    name: 'tariff number',
    summary: 'Give a tariff the number by which users.php names it (tariff=N), or take it away.',
    details: 'The tariff named default is number 0. Two tariffs may have one number when their currencies differ.',
    positionals: [
      { name: 'NAME', meaning: 'the tariff' },
      { name: 'N', meaning: '0 to 999, or none' },
    ],
    examples: ['heliogram tariff number retail 1'],
    ask: async (centre, args) => {
      const written = args.at('N')
      const number = written === 'none' ? null : /^\d{1,9}$/.test(written) ? Number(written) : written
      const tariff = (await centre.request('PUT', path`/tariffs/${args.at('NAME')}/number`, { number })) as Tariff
      const text = tariff.number === null ? `${tariff.name} has no number.` : `${tariff.name} is tariff ${tariff.number}.`
      return { json: tariff, text }
    },
  },
  {
    name: 'tariff remove',
    summary: 'Take a price out of a tariff.',
    options: { ...TARIFF, from: { value: 'DATE', meaning: 'only the price entered for this date' } },
    ask: async (centre, args) => {
      const done = await centre.request('DELETE', '/prices', placeOf(args, 'tariff'))
      return { json: done, text: 'The price is removed.' }
    },
  },
  {
    name: 'tariff list',
    summary: 'List the tariffs with their prices.',
    positionals: [{ name: 'NAME', meaning: 'only this one', optional: true }],
    ask: async (centre, args) => {
      const tariffs = await list(centre, args.at('NAME'))
      return { json: tariffs, text: show(tariffs) }
    },
  },
  ...listCommands({ name: 'tariff', owner: 'tariff', standard: 'default', at: '/tariffs', what: 'a tariff' }),
]

const list = async (centre: AdminClient, name: string): Promise<Tariff[]> =>
  (await centre.request('GET', path`/tariffs?name=${name}`)) as Tariff[]

/** Columns for dates and for a second price are there where they say something. */
function show(tariffs: readonly Tariff[]): string {
  const prices = tariffs.flatMap((tariff) => tariff.prices)
  const dated = prices.some(({ from }) => from !== '')
  const twofold = prices.some(({ price, mass }) => price !== mass)
  const numbered = tariffs.some(({ number }) => number !== null && number > 0)
  const rows = tariffs.flatMap((tariff): Cell[][] => {
    const own = tariff.prices.map((each) => [
      each.channel,
      shownPlace(each),
      each.price,
      ...(twofold ? [each.mass] : []),
      ...(dated ? [each.from || 'always'] : []),
    ])
    const none = ['-', 'no prices yet', '-', ...(twofold ? ['-'] : []), ...(dated ? ['-'] : [])]
    return (own.length > 0 ? own : [none]).map((each) => [
      tariff.name,
      ...(numbered ? [tariff.number === null ? '-' : String(tariff.number)] : []),
      ...each,
      tariff.currency,
      tariff.charged,
    ])
  })
  const headings = [
    'TARIFF',
    ...(numbered ? ['NUMBER'] : []),
    'CHANNEL',
    'DESTINATION',
    'PRICE',
    ...(twofold ? ['MASS'] : []),
    ...(dated ? ['FROM'] : []),
    'CURRENCY',
    'CHARGED WHEN',
  ]
  return table(headings, rows, 'There are no tariffs: heliogram tariff set.')
}
