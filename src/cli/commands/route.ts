import { path } from '../admin-client.ts'
import { type Command, Complaint } from '../command.ts'
import { table } from '../print.ts'

interface Route {
  readonly id: number
  readonly carrier: string
  readonly channel: string
  readonly prefix: string
  readonly mccmnc: string
  readonly priority: number
  readonly enabled: boolean
}

export const routeCommands: readonly Command[] = [
  {
    name: 'route add',
    summary: 'Send messages to a carrier: by prefix, by network, or all of a channel.',
    details:
      'Of the routes that fit a message those of the highest priority are tried first. A route of priority 0 takes what no other route matches.',
    options: {
      carrier: { value: 'NAME', meaning: 'where the messages go', required: true },
      prefix: { value: 'LIST', meaning: 'beginnings of numbers, with commas between' },
      mccmnc: { value: 'LIST', meaning: 'networks (25001) or countries (250), with commas between' },
      channel: { value: 'NAME', meaning: 'sms (the default), hlr, mail …' },
      priority: { value: 'N', meaning: 'the higher number wins; without it 100' },
    },
    examples: ['heliogram route add --carrier mts --prefix 7910,7911 --priority 200'],
    ask: async (centre, args) => {
      const priority = args.whole('priority')
      const names = ['carrier', 'prefix', 'mccmnc', 'channel'].filter((name) => args.text(name) !== undefined)
      const body = {
        ...Object.fromEntries(names.map((name) => [name, args.text(name)])),
        ...(priority !== undefined && { priority }),
      }
      const routes = (await centre.request('POST', '/routes', body)) as Route[]
      return { json: routes, text: show(routes) }
    },
  },
  {
    name: 'route list',
    summary: 'List the routes, the first to be tried first.',
    ask: async (centre) => {
      const routes = (await centre.request('GET', '/routes')) as Route[]
      return { json: routes, text: show(routes) }
    },
  },
  {
    name: 'route remove',
    summary: 'Remove a route.',
    positionals: [{ name: 'ID', meaning: 'its number, as listed' }],
    ask: async (centre, args) => {
      if (!/^\d{1,9}$/.test(args.at('ID')))
        throw new Complaint(`'${args.at('ID')}' is no number of a route: heliogram route list.`, 2)
      const done = await centre.request('DELETE', path`/routes/${args.at('ID')}`)
      return { json: done, text: `The route ${args.at('ID')} is removed.` }
    },
  },
]

const show = (routes: readonly Route[]): string =>
  table(
    ['ID', 'CHANNEL', 'PRIORITY', 'PREFIX', 'MCCMNC', 'CARRIER'],
    routes.map((route) => [route.id, route.channel, route.priority, route.prefix, route.mccmnc, route.carrier]),
    'There are no routes: heliogram route add.',
  )
