import { path } from '../admin-client.ts'
import type { Command } from '../command.ts'
import { type Cell, fields, table, WIDTH_MAX, wrap } from '../print.ts'

const LOGIN = { name: 'LOGIN', meaning: 'the login of the account' } as const
const ID = { name: 'ID', meaning: 'the notification, as listed; or its webhook-id' } as const

interface Notification {
  readonly id: number
  readonly kind: string
  readonly message: number | null
  readonly ref: string
  readonly phone: string
  readonly status: number | null
  readonly status_name: string
  readonly err: number
  readonly at: string
  readonly result: 'waiting' | 'delivered' | 'given up'
  readonly next_call_at: string | null
  readonly done_at: string | null
  readonly tries: readonly { readonly at: string; readonly ms: number; readonly code: number; readonly reason: string }[]
}

interface Listed {
  readonly login: string
  readonly handler: string | null
  readonly told_of: readonly string[]
  readonly webhook_headers: boolean
  readonly state: 'none' | 'well' | 'down' | 'stopped'
  readonly reason: string
  readonly down_since: string | null
  readonly next_call_at: string | null
  readonly waiting: number
  readonly given_up: number
  readonly notifications: readonly Notification[]
}

export const notifyCommands: readonly Command[] = [
  {
    name: 'notify list',
    summary: 'Show how an account’s handler does, and what it was told of late: the newest 100.',
    positionals: [LOGIN],
    options: {
      failed: { meaning: 'only what was given up, or waits for another try' },
      before: { value: 'ID', meaning: 'older ones than this' },
    },
    ask: async (centre, args) => {
      const query = path`?failed=${args.flag('failed') ? '1' : ''}&before=${args.text('before') ?? ''}`
      const listed = await centre.request('GET', path`/accounts/${args.at('LOGIN')}/notifications` + query)
      return { json: listed, text: showList(listed as Listed) }
    },
  },
  {
    name: 'notify show',
    summary: 'Show one notification and every call that was made for it.',
    positionals: [ID],
    ask: async (centre, args) => {
      const found = await centre.request('GET', path`/notifications/${args.at('ID')}`)
      return { json: found, text: showOne(found as Notification) }
    },
  },
  {
    name: 'notify replay',
    summary: 'Tell a handler again: one notification, or those of an account whose events lie in a range of time.',
    details:
      'A range takes what was told, what was given up and what waits for another try. Receivers know a repetition by its webhook-id.',
    positionals: [{ name: 'ID|LOGIN', meaning: 'a notification; with --from, an account' }],
    options: {
      from: { value: 'TIME', meaning: 'events from then on, like 2026-11-22T09:00:00Z (UTC unless it says otherwise)' },
      to: { value: 'TIME', meaning: 'events before then; without it, until now' },
      failed: { meaning: 'of what is over only what was given up' },
    },
    examples: ['heliogram notify replay 231839231033345', 'heliogram notify replay alex --from 2026-11-22T09:00 --failed'],
    ask: async (centre, args) => {
      const which = args.at('ID|LOGIN')
      const from = args.text('from')
      if (from === undefined) {
        const done = await centre.request('POST', path`/notifications/${which}/replay`)
        return { json: done, text: `The notification ${which} is told again.` }
      }
      const to = args.text('to')
      const body = { from, failed: args.flag('failed'), ...(to !== undefined && { to }) }
      const done = await centre.request('POST', path`/accounts/${which}/notifications/replay`, body)
      const { replayed } = done as { replayed: number }
      return { json: done, text: `${replayed} notification${replayed === 1 ? ' is' : 's are'} told again to ${which}’s handler.` }
    },
  },
  {
    name: 'notify test',
    summary: 'Call an account’s handler with a sample, and show what was sent and what it answered.',
    positionals: [LOGIN],
    options: { kind: { value: 'KIND', meaning: 'status, incoming or wait-call; without it status' } },
    ask: async (centre, args) => {
      const kind = args.text('kind')
      const body = kind === undefined ? {} : { kind }
      const done = await centre.request('POST', path`/accounts/${args.at('LOGIN')}/notifications/test`, body)
      const said = done as {
        url: string
        sent: string
        code: number
        ms: number
        ok: boolean
        explanation: string
        answer: string
      }
      const text = fields([
        ['called', said.url],
        ['sent', said.sent.replaceAll('&', ' &').replaceAll('","', '", "')], // it wraps at spaces
        ['answered', said.code === 0 ? 'nothing' : `${said.code} after ${said.ms} ms`],
        ['with', said.answer],
        ['so', said.ok ? 'it works' : said.explanation],
      ])
      return { json: done, text, exitCode: said.ok ? 0 : 1 }
    },
  },
  {
    name: 'notify resume',
    summary: 'Call a handler again that is down, or that was stopped because it answered 410.',
    positionals: [LOGIN],
    ask: async (centre, args) => {
      const done = await centre.request('POST', path`/accounts/${args.at('LOGIN')}/notifications/resume`)
      return { json: done, text: `The handler of ${args.at('LOGIN')} is called again.` }
    },
  },
  {
    name: 'notify key',
    summary: 'Make a key for an account: its handler then gets Standard Webhooks headers beside the rest. It is shown once.',
    details: 'An old key stops working at once.',
    positionals: [LOGIN],
    options: { off: { meaning: 'take the key away: no such headers any more' } },
    ask: async (centre, args) => {
      const off = args.flag('off')
      const done = await centre.request(off ? 'DELETE' : 'POST', path`/accounts/${args.at('LOGIN')}/webhook-key`)
      const text = off ? `${args.at('LOGIN')} has no key any more.` : (done as { key: string }).key
      return { json: done, text }
    },
  },
]

const moment = (at: string | null): string => at?.replace('T', ' ').replace(/\.\d+Z$/, '') ?? ''

const STATES = { none: 'none', well: 'answers', down: 'is down', stopped: 'stopped: it wants no more' } as const

function showList(listed: Listed): string {
  const about = fields([
    ['handler', listed.handler ?? `none: give it one with heliogram account set ${listed.login} url=https://…`],
    ...(listed.handler === null ? [] : ([['told of', listed.told_of.join(', ')]] as const)),
    ...(listed.webhook_headers ? ([['headers', 'Standard Webhooks']] as const) : []),
    ...(listed.handler === null ? [] : ([['state', STATES[listed.state]]] as const)),
    ...known('since', moment(listed.down_since)),
    ...known('because', listed.reason),
    ...known('called next', moment(listed.next_call_at)),
    ['waiting', listed.waiting],
    ['given up', listed.given_up],
  ])
  const rows = listed.notifications.map((each) => [
    each.id,
    moment(each.at).slice('2026-'.length),
    each.kind === 'status' ? `${each.status} ${each.status_name}` : each.kind,
    each.phone,
    each.result === 'waiting' && each.tries.length > 0 ? `again at ${moment(each.next_call_at).slice(11, 16)}` : each.result,
    each.tries.length,
    each.tries.at(-1)?.reason ?? '',
  ])
  return `${about}\n\n${table(['ID', 'AT', 'WHAT', 'PHONE', 'RESULT', 'CALLS', 'LAST'], rows, 'Nothing was told of late.')}`
}

const known = (name: string, value: Cell): (readonly [string, Cell])[] => (value === '' || value === null ? [] : [[name, value]])

const MOMENT = '2026-01-01 00:00:00  '.length

function showOne(one: Notification): string {
  const err = one.err === 0 ? '' : `, err ${one.err}`
  const about = fields([
    ['notification', one.id],
    ['of', one.kind === 'status' ? `status ${one.status} (${one.status_name}${err})` : one.kind],
    ...(one.message === null
      ? []
      : ([['message', one.ref === '' ? one.message : `${one.message} (number ${one.ref})`]] as const)),
    ['phone', one.phone],
    ['happened', moment(one.at)],
    [
      'result',
      one.result === 'waiting' ? `waiting, called next ${moment(one.next_call_at)}` : `${one.result} ${moment(one.done_at)}`,
    ],
  ])
  const calls = one.tries.flatMap(({ at, ms, code, reason }) =>
    wrap(code === 0 ? reason : `${code} after ${ms} ms. ${reason}`.trimEnd(), WIDTH_MAX - MOMENT).map(
      (line, nth) => `${(nth === 0 ? moment(at) : '').padEnd(MOMENT)}${line}`,
    ),
  )
  return [about, '', ...(calls.length > 0 ? calls : ['It was not called yet.'])].join('\n')
}
