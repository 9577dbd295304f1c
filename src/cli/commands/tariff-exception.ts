import { path } from '../admin-client.ts'
import type { Command } from '../command.ts'
import { table } from '../print.ts'

interface Exceptions {
  readonly login: string
  readonly currency: string
  readonly prices: readonly {
    readonly channel: string
    readonly mccmnc: string
    readonly from: string
    readonly price: string
    readonly mass: string
  }[]
}

const LOGIN = { name: 'LOGIN', meaning: 'the login of the account' } as const
const NETWORKS = { value: 'LIST', meaning: 'networks (25001) or countries (250), with commas between', required: true } as const
const CHANNEL = { value: 'NAME', meaning: 'sms (the default), hlr, ping, call, mms, viber …' } as const

/** Prices that one account has for itself. */
export const tariffExceptionCommands: readonly Command[] = [
  {
    name: 'tariff exception set',
    summary: 'Set what one part costs one account in a network, before every price of its tariff.',
    positionals: [LOGIN],
    options: {
      mccmnc: NETWORKS,
      price: { value: 'N', meaning: 'money, at most 4 decimals', required: true },
      mass: { value: 'N', meaning: 'of what is sent from the personal account; without it the same' },
      channel: CHANNEL,
      from: { value: 'DATE', meaning: "from when: 2026-12-01 or '2026-12-01 08:00' (Moscow); without it at once" },
    },
    examples: ['heliogram tariff exception set alex --mccmnc 25001 --price 2.10'],
    ask: async (centre, args) => {
      const given = ['mccmnc', 'price', 'mass', 'channel', 'from'].flatMap((name) => {
        const value = args.text(name)
        return value === undefined ? [] : [[name, value] as const]
      })
      return show(await centre.request('PUT', path`/accounts/${args.at('LOGIN')}/prices`, Object.fromEntries(given)))
    },
  },
  {
    name: 'tariff exception remove',
    summary: 'Take an account’s own price for a network away: its tariff’s holds again.',
    positionals: [LOGIN],
    options: { mccmnc: NETWORKS, channel: CHANNEL },
    ask: async (centre, args) => {
      const channel = args.text('channel')
      const body = { mccmnc: args.text('mccmnc') ?? '', ...(channel !== undefined && { channel }) }
      return show(await centre.request('DELETE', path`/accounts/${args.at('LOGIN')}/prices`, body))
    },
  },
  {
    name: 'tariff exception list',
    summary: 'List the prices that an account has for itself.',
    positionals: [LOGIN],
    ask: async (centre, args) => show(await centre.request('GET', path`/accounts/${args.at('LOGIN')}/prices`)),
  },
]

function show(answer: unknown) {
  const { login, currency, prices } = answer as Exceptions
  const rows = prices.map((each) => [each.channel, each.mccmnc, each.price, each.mass, each.from || 'always', currency])
  const headings = ['CHANNEL', 'NETWORK', 'PRICE', 'MASS', 'FROM', 'CURRENCY']
  return { json: answer, text: table(headings, rows, `${login} has no prices of its own: its tariff’s hold.`, ['PRICE', 'MASS']) }
}
