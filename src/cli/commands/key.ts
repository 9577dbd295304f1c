import { path } from '../admin-client.ts'
import type { Command } from '../command.ts'
import { table } from '../print.ts'

const LOGIN = { name: 'LOGIN', meaning: 'the login of the account' } as const

interface Key {
  readonly id: number
  readonly name: string
  readonly prefix: string
  readonly ips: readonly string[]
  readonly created_at: string
  readonly revoked_at: string | null
}

export const keyCommands: readonly Command[] = [
  {
    name: 'account key add',
    summary: 'Make an API key for an account. It is shown once.',
    positionals: [LOGIN],
    options: {
      name: { value: 'NAME', meaning: 'to tell it from others' },
      ip: { value: 'CIDR', meaning: 'an address or block it may be used from', many: true },
    },
    ask: async (centre, args) => {
      const name = args.text('name')
      const body = { ips: args.list('ip'), ...(name !== undefined && { name }) }
      const done = await centre.request('POST', path`/accounts/${args.at('LOGIN')}/keys`, body)
      return { json: done, text: (done as { key: string }).key }
    },
  },
  {
    name: 'account key list',
    summary: 'List the API keys of an account.',
    positionals: [LOGIN],
    ask: async (centre, args) => {
      const keys = (await centre.request('GET', path`/accounts/${args.at('LOGIN')}/keys`)) as Key[]
      const rows = keys.map((key) => [
        key.id,
        `${key.prefix}…`,
        key.name,
        key.ips.join(' '),
        day(key.created_at),
        day(key.revoked_at),
      ])
      return { json: keys, text: table(['ID', 'KEY', 'NAME', 'ADDRESSES', 'MADE', 'REVOKED'], rows, 'There are no keys.') }
    },
  },
  {
    name: 'account key revoke',
    summary: 'Revoke an API key. It stops working at once.',
    positionals: [LOGIN, { name: 'KEY', meaning: 'its id or its name, as listed' }],
    ask: async (centre, args) => {
      const done = await centre.request('DELETE', path`/accounts/${args.at('LOGIN')}/keys/${args.at('KEY')}`)
      return { json: done, text: `The key ${args.at('KEY')} of ${args.at('LOGIN')} is revoked.` }
    },
  },
]

const day = (instant: string | null): string => instant?.slice(0, 10) ?? ''
