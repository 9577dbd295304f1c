import { path } from '../admin-client.ts'
import { type Args, type Command, Complaint } from '../command.ts'
import { table, wrap } from '../print.ts'
import { followWatch } from '../smpp-watch.ts'

interface Session {
  readonly id: number
  readonly login: string
  readonly bind: string
  readonly version: string
  readonly ip: string
  readonly tls: boolean
  readonly since: string
  readonly unanswered: number
  readonly rate: number
  readonly accepted: number
  readonly refused: Readonly<Record<string, number>>
  readonly delivered: number
  readonly undelivered: number
  readonly delivering: number
  readonly last_error: { readonly at: string; readonly says: string } | null
}

interface Sessions {
  readonly node: number
  readonly other_nodes: readonly number[]
  readonly sessions: readonly Session[]
  readonly accounts: readonly {
    readonly login: string
    readonly sessions: number
    readonly waiting: number
    readonly waiting_limit: number
  }[]
}

export const smppCommands: readonly Command[] = [
  {
    name: 'smpp sessions',
    summary: 'List the SMPP sessions that customers have with this node, and what waits for them.',
    details:
      'OPEN: requests of the customer without a response. RATE: submits a second. OUT: deliver_sm acknowledged, and in brackets those under way.',
    options: { login: { value: 'LOGIN', meaning: 'of this account only' } },
    ask: async (centre, args) => {
      const login = args.text('login')
      const query = login === undefined ? '' : `?${new URLSearchParams({ login })}`
      const answer = (await centre.request('GET', `/smpp/sessions${query}`)) as Sessions
      return { json: answer, text: show(answer) }
    },
  },
  {
    name: 'smpp watch',
    summary: 'Show the PDUs of a customer as they pass, decoded, until Ctrl-C.',
    details:
      'Binds that fail are shown too. Texts are masked, of phone numbers the middle is left out, and passwords are never shown. With --json every PDU is a line.',
    positionals: [{ name: 'LOGIN', meaning: 'the account' }],
    options: {
      seconds: { value: 'N', meaning: 'end after so many seconds' },
      count: { value: 'N', meaning: 'end after so many PDUs' },
      signs: { meaning: 'show enquire_link and its answers too' },
    },
    follows: true,
    examples: ['heliogram smpp watch shop --seconds 60'],
    ask: (centre, args, say) =>
      followWatch(centre, say, {
        login: args.at('LOGIN'),
        seconds: positive(args, 'seconds'),
        count: positive(args, 'count'),
        signs: args.flag('signs'),
        json: args.flag('json'),
      }),
  },
  {
    name: 'smpp disconnect',
    summary: 'End a session: it is unbound and closed. Nothing keeps the customer from binding again.',
    details: 'To keep an account out: heliogram account set LOGIN fl[2]=0 (no SMPP), or heliogram account block LOGIN.',
    positionals: [{ name: 'ID', meaning: 'the number of the session, as listed' }],
    ask: async (centre, args) => {
      const id = args.at('ID')
      if (!/^[1-9]\d{0,14}$/.test(id)) throw new Complaint(`'${id}' is no number of a session: heliogram smpp sessions.`, 2)
      const ended = (await centre.request('DELETE', path`/smpp/sessions/${id}`)) as Session
      return { json: ended, text: `Session ${ended.id} of ${ended.login}, from ${ended.ip}, is being closed.` }
    },
  },
]

function positive(args: Args, option: string): number | undefined {
  const value = args.whole(option)
  if (value === undefined || (value > 0 && value <= 1_000_000)) return value
  throw new Complaint(`--${option} must be a whole number above 0.`, 2)
}

const SHORT: Readonly<Record<string, string>> = { transmitter: 'tx', receiver: 'rx', transceiver: 'trx' }

function show({ node, other_nodes: others, sessions, accounts }: Sessions): string {
  const rows = sessions.map((one) => [
    one.id,
    one.login,
    `${SHORT[one.bind] ?? one.bind} ${one.version}`,
    one.tls ? `${one.ip} TLS` : one.ip,
    one.since.slice(5, 19).replace('T', ' '),
    one.unanswered,
    one.rate,
    one.accepted,
    Object.values(one.refused).reduce((sum, count) => sum + count, 0),
    one.delivering > 0 ? `${one.delivered} (${one.delivering})` : one.delivered,
  ])
  const headings = ['ID', 'LOGIN', 'BIND', 'ADDRESS', 'SINCE (UTC)', 'OPEN', 'RATE', 'ACCEPTED', 'REFUSED', 'OUT']
  const errors = sessions.flatMap(({ id, last_error: error }) =>
    error === null ? [] : wrap(`Session ${id}, last error, ${error.at.slice(11, 19)} UTC: ${error.says}`, 98),
  )
  const waiting = accounts
    .filter((one) => one.waiting > 0)
    .map((one) => `${one.waiting} receipts and incoming messages wait for ${one.login}.`)
  const elsewhere =
    others.length > 0 ? [`This is node ${node}. Sessions of node ${others.join(', ')} are listed there: set HELIOGRAM_URL.`] : []
  const notes = [...errors, ...waiting, ...elsewhere]
  return [
    table(headings, rows, 'No customer has an SMPP session with this node.', ['OUT']),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n')
}
