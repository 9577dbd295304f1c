import { path } from '../admin-client.ts'
import type { Command } from '../command.ts'
import { table } from '../print.ts'

interface OwnNumber {
  readonly number: string
  readonly account: string | null
  readonly shared: boolean
}

const NUMBER = { name: 'NUMBER', meaning: 'in international form, or a short number' } as const

export const numberCommands: readonly Command[] = [
  {
    name: 'number add',
    summary: 'Add a number that subscribers write to.',
    positionals: [NUMBER],
    options: {
      account: { value: 'LOGIN', meaning: 'whose it is: messages to it are this account’s' },
      shared: { meaning: 'it belongs to several accounts, told apart by keywords' },
    },
    ask: async (centre, args) => {
      const account = args.text('account')
      const body = { number: args.at('NUMBER'), ...(account !== undefined && { account }), shared: args.flag('shared') }
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
    ['NUMBER', 'ACCOUNT', 'SHARED'],
    numbers.map(({ number, account, shared }) => [number, account, shared]),
    'There are no numbers: heliogram number add.',
  )
