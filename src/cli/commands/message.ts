import { path } from '../admin-client.ts'
import type { Command } from '../command.ts'
import { type Cell, fields, WIDTH_MAX, wrap } from '../print.ts'

interface Trace {
  readonly id: number
  readonly ref: number | string
  readonly account: string
  readonly channel: string
  readonly sender: string
  readonly recipient: string
  readonly mccmnc: string
  readonly text: string
  readonly comment: string
  readonly parts: number
  readonly part_states: readonly string[] | null
  readonly state: number
  readonly state_name: string
  readonly err: number
  readonly err_name: string
  readonly waits: string | null
  readonly waits_until: string | null
  readonly price: string
  readonly refunded: string
  readonly currency: string
  readonly carrier: string | null
  readonly carrier_ids: readonly string[]
  readonly receipt: string | null
  readonly hlr: readonly string[] | null
  readonly expires_at: string
  readonly story: readonly { readonly at: string | null; readonly says: string }[]
}

export const messageCommands: readonly Command[] = [
  {
    name: 'message trace',
    summary: 'Tell what is stored of a message’s life; of one that is not final, what it waits for and until when.',
    positionals: [{ name: 'ID', meaning: 'the store’s id (int_id), or a customer’s number: then the newest message with it' }],
    options: { account: { value: 'LOGIN', meaning: 'whose message, where customers use the same numbers' } },
    ask: async (centre, args) => {
      const account = args.text('account')
      const question = path`/messages/${args.at('ID')}/trace`
      const trace = await centre.request('GET', account === undefined ? question : question + path`?account=${account}`)
      return { json: trace, text: show(trace as Trace) }
    },
  },
]

const known = (name: string, value: Cell): (readonly [string, Cell])[] => (value === null || value === '' ? [] : [[name, value]])

function show(trace: Trace): string {
  const err = trace.err === 0 ? '' : `, err ${trace.err} ${trace.err_name}`
  const refund = Number(trace.refunded) === 0 ? '' : `, ${trace.refunded} given back`
  const about = fields([
    ['message', `${trace.id} (number ${trace.ref} of ${trace.account})`],
    ['status', `${trace.state_name} (${trace.state})${err}`],
    ...known('waits', trace.waits),
    ...known('until', trace.waits_until),
    ['to', [trace.recipient, trace.mccmnc && `(${trace.mccmnc})`].filter((part) => part !== '').join(' ')],
    ['from', trace.sender],
    [trace.channel, trace.text],
    ...known('comment', trace.comment),
    ['parts', trace.part_states ? `${trace.parts}: ${trace.part_states.join(', ')}` : trace.parts],
    ['price', `${trace.price} ${trace.currency}${refund}`],
    ...known('carrier', trace.carrier),
    ...known('carrier’s id', trace.carrier_ids.join(' ')),
    ...known('receipt', trace.receipt),
    ...known('HLR', trace.hlr?.join(' ') ?? ''),
    ['valid until', trace.expires_at],
  ])
  return [about, '', ...trace.story.flatMap(tell)].join('\n')
}

const MOMENT = '2026-01-01 00:00:00.000  '.length

function tell({ at, says }: Trace['story'][number]): string[] {
  const when = at === null ? '' : at.replace('T', ' ').replace('Z', '')
  return wrap(says, WIDTH_MAX - MOMENT).map((line, nth) => `${(nth === 0 ? when : '').padEnd(MOMENT)}${line}`)
}
