import { path } from '../admin-client.ts'
import { type Command, Complaint } from '../command.ts'
import { table } from '../print.ts'

interface Currency {
  readonly code: string
  readonly rate: string
}

interface Zone {
  readonly number: number
  readonly name: string
  readonly name_en: string
  readonly rows?: number
}

export const currencyCommands: readonly Command[] = [
  {
    name: 'currency set',
    summary: 'Set what one unit of a currency is worth in the base currency.',
    details: 'Rates compare costs with prices and add margins up; no balance and no price is converted.',
    positionals: [{ name: 'RATE', meaning: 'like USD=92.50, at most 8 decimals', many: true }],
    examples: ['heliogram currency set USD=92.50 EUR=99.10'],
    ask: async (centre, args) => {
      const currencies = (await centre.request('PUT', '/currencies', { rates: args.rest() })) as Currency[]
      return { json: currencies, text: show(currencies) }
    },
  },
  {
    name: 'currency list',
    summary: 'List the currencies and their rates.',
    ask: async (centre) => {
      const currencies = (await centre.request('GET', '/currencies')) as Currency[]
      return { json: currencies, text: show(currencies) }
    },
  },
  {
    name: 'zone list',
    summary: 'List the zones that prices belong to.',
    ask: async (centre) => {
      const zones = (await centre.request('GET', '/zones')) as Zone[]
      return { json: zones, text: showZones(zones) }
    },
  },
  {
    name: 'zone set',
    summary: 'Name a zone. Customers know it by its number, which never changes.',
    positionals: [{ name: 'NUMBER', meaning: '0 to 99999; a country’s own zone has its MCC' }],
    options: {
      name: { value: 'TEXT', meaning: 'in Russian' },
      'name-en': { value: 'TEXT', meaning: 'in English' },
    },
    examples: ['heliogram zone set 2 --name СНГ --name-en CIS'],
    ask: async (centre, args) => {
      const [name, nameEn] = [args.text('name'), args.text('name-en')]
      if (name === undefined && nameEn === undefined) throw new Complaint('Give --name, --name-en or both.', 2)
      const body = { ...(name !== undefined && { name }), ...(nameEn !== undefined && { name_en: nameEn }) }
      const zone = (await centre.request('PUT', path`/zones/${args.at('NUMBER')}`, body)) as Zone
      return { json: zone, text: showZones([zone]) }
    },
  },
]

const show = (currencies: readonly Currency[]): string =>
  table(
    ['CURRENCY', 'IS WORTH'],
    currencies.map(({ code, rate }) => [code, rate === '1' && code === 'RUR' ? '1 (the base currency)' : `${rate} RUR`]),
    'There are no currencies.',
  )

const showZones = (zones: readonly Zone[]): string =>
  table(
    ['ZONE', 'NAME', 'IN ENGLISH', 'ROWS'],
    zones.map(({ number, name, name_en: nameEn, rows }) => [number, name, nameEn, rows]),
    'There are no prices, so no zones.',
  )
