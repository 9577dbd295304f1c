import type { AdminClient } from '../admin-client.ts'
import { path } from '../admin-client.ts'
import type { Args, Command, Option } from '../command.ts'
import { table } from '../print.ts'

interface Tariff {
  readonly name: string
  readonly currency: string
  readonly charged: string
  readonly accounts: number
  readonly prices: readonly {
    readonly channel: string
    readonly prefix: string
    readonly mccmnc: string
    readonly price: string
  }[]
}

const PLACE: Readonly<Record<string, Option>> = {
  tariff: { value: 'NAME', meaning: 'without it the tariff named default' },
  channel: { value: 'NAME', meaning: 'sms (the default), hlr, mail …' },
  prefix: { value: 'LIST', meaning: 'beginnings of numbers, with commas between' },
  mccmnc: { value: 'LIST', meaning: 'networks (25001) or countries (250), with commas between' },
  default: { meaning: 'everywhere else' },
}

export const tariffCommands: readonly Command[] = [
  {
    name: 'tariff set',
    summary: 'Set what one part of a message costs; a tariff of a new name is made.',
    details: 'A message is priced by the longest prefix, then its network, then its country, then the default.',
    options: {
      price: { value: 'N', meaning: 'money, at most 4 decimals', required: true },
      ...PLACE,
      currency: { value: 'CODE', meaning: 'of a new tariff; without it RUR' },
      charged: { value: 'WHEN', meaning: 'accepted (the default), or delivered: what does not arrive costs nothing' },
    },
    examples: ['heliogram tariff set --default --price 3.50', 'heliogram tariff set --tariff retail --mccmnc 25001 --price 2.95'],
    ask: async (centre, args) => {
      const currency = args.text('currency')
      const charged = args.text('charged')
      const body = {
        ...placeOf(args),
        price: args.text('price'),
        ...(currency !== undefined && { currency }),
        ...(charged !== undefined && { charged }),
      }
      const tariff = (await centre.request('PUT', '/prices', body)) as Tariff
      return { json: tariff, text: show([tariff]) }
    },
  },
  {
    name: 'tariff remove',
    summary: 'Take a price out of a tariff.',
    options: PLACE,
    ask: async (centre, args) => {
      const done = await centre.request('DELETE', '/prices', placeOf(args))
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
]

const list = async (centre: AdminClient, name: string): Promise<Tariff[]> =>
  (await centre.request('GET', path`/tariffs?name=${name}`)) as Tariff[]

function placeOf(args: Args): Readonly<Record<string, string | boolean>> {
  const named = ['tariff', 'channel', 'prefix', 'mccmnc'].flatMap((name) => {
    const value = args.text(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(named), ...(args.flag('default') && { default: true }) }
}

function show(tariffs: readonly Tariff[]): string {
  const rows = tariffs.flatMap((tariff) => {
    const prices = tariff.prices.map((each) => [each.channel, each.prefix || each.mccmnc || 'everywhere', each.price])
    return (prices.length > 0 ? prices : [['-', 'no prices yet', '-']]).map((each) => [
      tariff.name,
      ...each,
      tariff.currency,
      tariff.charged,
    ])
  })
  return table(
    ['TARIFF', 'CHANNEL', 'DESTINATION', 'PRICE', 'CURRENCY', 'CHARGED WHEN'],
    rows,
    'There are no tariffs: heliogram tariff set.',
  )
}
