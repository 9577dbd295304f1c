import { path } from '../admin-client.ts'
import type { Command } from '../command.ts'
import { table } from '../print.ts'

interface OwnNumber {
  readonly number: string
  readonly account: string | null
  readonly shared: boolean
  readonly price: string | null
  readonly paid_until: string | null
  readonly prolong: boolean
  readonly calls: boolean
}

const NUMBER = { name: 'NUMBER', meaning: 'in international form, or a short number' } as const

export const numberCommands: readonly Command[] = [
  {
    name: 'number add',
    summary: 'Add a number that subscribers write to.',
    positionals: [NUMBER],
    options: {
      account: { value: 'LOGIN', meaning: 'whose it is: messages to it are this account’s' },
      shared: { meaning: 'it is everybody’s: replies go to who wrote last, others by keyword' },
      price: { value: 'N', meaning: 'accounts can rent it for so much a month (receive_phones.php)' },
    },
    ask: async (centre, args) => {
      const [account, price] = [args.text('account'), args.text('price')]
      const rest = { ...(account !== undefined && { account }), ...(price !== undefined && { price }) }
      const body = { number: args.at('NUMBER'), ...rest, shared: args.flag('shared') }
      const added = (await centre.request('POST', '/numbers', body)) as OwnNumber
      return { json: added, text: show([added]) }
    },
  },
  {
    name: 'number list',
    summary: 'List the numbers that subscribers write to.',
    ask: async (centre) => {
      const numbers = (await centre.request('GET', '/numbers')) as OwnNumber[]
      return { json: numbers, text: show(numbers) }
    },
  },
  {
    name: 'number price',
    summary: 'Change what a month of a number costs, or take it off the list of those that can be rented.',
    details: 'Who rents it pays the new price from the next month on.',
    positionals: [NUMBER, { name: 'PRICE', meaning: 'a month, in the base currency; none: it cannot be rented' }],
    ask: async (centre, args) => {
      const price = args.at('PRICE')
      const done = await centre.request('PUT', path`/numbers/${args.at('NUMBER')}/price`, { price })
      const text =
        price === 'none' ? `The number ${args.at('NUMBER')} cannot be rented.` : `A month of ${args.at('NUMBER')} costs ${price}.`
      return { json: done, text }
    },
  },
  {
    name: 'number calls',
    summary: 'Say whether subscribers are asked to call a number, to confirm their own (wait_call.php).',
    details: 'A number of an account is told to that account’s subscribers only.',
    positionals: [NUMBER, { name: 'ON|OFF', meaning: 'on: they are asked to call it; off: they are not' }],
    ask: async (centre, args) => {
      const done = (await centre.request('PUT', path`/numbers/${args.at('NUMBER')}/calls`, { calls: args.at('ON|OFF') })) as {
        calls: boolean
      }
      const text = done.calls ? 'Subscribers are asked to call it.' : 'Subscribers are not asked to call it.'
      return { json: done, text }
    },
  },
  {
    name: 'number remove',
    summary: 'Remove a number. What was written to it stays.',
    positionals: [NUMBER],
    ask: async (centre, args) => {
      const done = await centre.request('DELETE', path`/numbers/${args.at('NUMBER')}`)
      return { json: done, text: `The number ${args.at('NUMBER')} is removed.` }
    },
  },
]

const show = (numbers: readonly OwnNumber[]): string =>
  table(
    ['NUMBER', 'ACCOUNT', 'SHARED', 'CALLS', 'PRICE', 'PAID UNTIL', 'THEN'],
    numbers.map(({ number, account, shared, price, paid_until: until, prolong, calls }) => [
      ...[number, account, shared, calls, price, until?.slice(0, 16).replace('T', ' ')],
      until === null ? null : prolong ? 'renewed' : 'given up',
    ]),
    'There are no numbers: heliogram number add.',
    ['PRICE'],
  )
