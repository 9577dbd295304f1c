import { path } from '../admin-client.ts'
import { type Command, Complaint } from '../command.ts'
import { table } from '../print.ts'
import { clock, showPdu, wrapHard } from '../trace-pdu.ts'
import type { Pdu } from '../trace-types.ts'

interface Switch {
  readonly id: number
  readonly account: string | null
  readonly carrier: string | null
  readonly texts: boolean
  readonly on: boolean
  readonly until: string
  readonly kept: number
  readonly limit: number
  readonly dropped: number
}

type Captured =
  | (Pdu & { readonly message: number | null })
  | { readonly at: string; readonly request: string; readonly ref: string }

const WHOSE = {
  account: { value: 'LOGIN', meaning: 'of one account: its requests, its messages and their receipts' },
  carrier: { value: 'NAME', meaning: 'of one carrier: everything but signs of life' },
} as const

export const traceCommands: readonly Command[] = [
  {
    name: 'trace on',
    summary: 'Keep what goes over the wire for a while: of an account, of a carrier, or of an account’s messages at a carrier.',
    details:
      'Errors and PDUs that can’t be read are kept always. Passwords and keys are never kept, texts only where asked. It ends by itself.',
    options: {
      ...WHOSE,
      for: { value: 'TIME', meaning: 'how long: 30m (without it), 2h, 1d; at most 7d' },
      limit: { value: 'N', meaning: 'PDUs and requests to keep at most; 10000 without it' },
      texts: { meaning: 'keep people’s texts too; without it they are masked' },
    },
    examples: ['heliogram trace on --account shop --for 30m', 'heliogram trace on --carrier mts --texts'],
    ask: async (centre, args) => {
      const limit = args.whole('limit')
      const names = ['account', 'carrier', 'for'].filter((name) => args.text(name) !== undefined)
      const body = {
        ...Object.fromEntries(names.map((name) => [name, args.text(name)])),
        ...(limit !== undefined && { limit }),
        ...(args.flag('texts') && { texts: true }),
      }
      const made = (await centre.request('POST', '/trace-switches', body)) as Switch
      return { json: made, text: show([made]) }
    },
  },
  {
    name: 'trace off',
    summary: 'Stop keeping what goes over the wire. What was kept stays until it is a week old.',
    positionals: [{ name: 'ID', meaning: 'the number of a switch, as listed; without it all', optional: true }],
    ask: async (centre, args) => {
      const id = args.at('ID')
      if (id !== '' && !/^[1-9]\d{0,8}$/.test(id))
        throw new Complaint(`'${id}' is no number of a switch: heliogram trace list.`, 2)
      const done = (await centre.request('DELETE', id === '' ? '/trace-switches' : path`/trace-switches/${id}`)) as {
        ended: number
      }
      const text = done.ended === 0 ? 'Nothing was on.' : `${done.ended === 1 ? 'One trace is' : `${done.ended} traces are`} off.`
      return { json: done, text }
    },
  },
  {
    name: 'trace list',
    summary: 'List what is kept of the wire, until when, and how much it has become; those that are on first.',
    ask: async (centre) => {
      const switches = (await centre.request('GET', '/trace-switches')) as Switch[]
      return { json: switches, text: show(switches) }
    },
  },
  {
    name: 'trace show',
    summary: 'Show what was kept, decoded and in hex, the newest at the end.',
    details: 'What belongs to one message stands in its own story too: heliogram message trace.',
    options: {
      ...WHOSE,
      why: { value: 'WHY', meaning: 'asked (a trace was on), error, or unreadable' },
      last: { value: 'N', meaning: 'how many; 20 without it, at most 500' },
    },
    examples: ['heliogram trace show --carrier mts --why unreadable'],
    ask: async (centre, args) => {
      const query = new URLSearchParams()
      for (const name of ['account', 'carrier', 'why', 'last']) {
        const value = args.text(name)
        if (value !== undefined) query.set(name, value)
      }
      const kept = (await centre.request('GET', `/captures?${query}`)) as Captured[]
      return { json: kept, text: kept.length === 0 ? 'Nothing was kept.' : kept.map(showCaptured).join('\n\n') }
    },
  },
]

const show = (switches: readonly Switch[]): string =>
  table(
    ['ID', 'ACCOUNT', 'CARRIER', 'TEXTS', 'ON', 'UNTIL', 'KEPT', 'LIMIT', 'DROPPED'],
    switches.map(({ id, account, carrier, texts, on, until, kept, limit, dropped }) => [
      id,
      account ?? 'all',
      carrier ?? 'all',
      texts ? 'kept' : 'masked',
      on,
      until.slice(0, 19).replace('T', ' '),
      kept,
      limit,
      dropped,
    ]),
    'No trace is on: heliogram trace on.',
  )

function showCaptured(one: Captured): string {
  if ('request' in one) {
    const head = `${clock(one.at)}  a request${one.ref === '' ? '' : `, number ${one.ref}`} [captured]`
    return [head, ...one.request.split('\n').flatMap((line) => wrapHard(line, 96).map((part) => `    ${part}`))].join('\n')
  }
  return [showPdu(one), ...(one.message === null ? [] : [`    of the message ${one.message}`])].join('\n')
}
