import { path } from '../admin-client.ts'
import { type Args, type Command, Complaint } from '../command.ts'
import { table } from '../print.ts'
import { followWatch } from '../smpp-watch.ts'
import { hanging } from '../trace-pdu.ts'

interface Session {
  readonly id: number
  readonly login: string | null
  readonly bind: string | null
  readonly version: string | null
  readonly state: string
  readonly ip: string
  readonly tls: boolean
  readonly since: string
  readonly unanswered: number
  readonly unanswered_most: number
  readonly rate: number
  readonly accepted: number
  readonly refused: Readonly<Record<string, number>>
  readonly delivering: number
  readonly delivered: number
  readonly undelivered: number
  readonly last_error: { readonly at: string; readonly says: string } | null
}

interface Sessions {
  readonly node: number
  readonly other_nodes: readonly number[]
  readonly sessions: readonly Session[]
  readonly owed: readonly {
    readonly login: string
    readonly waiting: number
    readonly since: string | null
    readonly going: number
  }[]
  readonly refused_binds: readonly {
    readonly login: string
    readonly ip: string
    readonly why: string
    readonly times: number
    readonly last: string
  }[]
}

export const smppCommands: readonly Command[] = [
  {
    name: 'smpp sessions',
    summary: 'List the SMPP sessions that customers have with this node, and what waits for them.',
    details:
      'OPEN: requests without a response of ours, and the most there were. RATE: submits a second. TOLD: deliver_sm acknowledged, and those under way.',
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
      'Binds that fail are shown too. Texts are masked, of phone numbers the middle is left out, and passwords are never shown. With --json every PDU is a line, and one in front says that it has begun.',
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
const HEADINGS = ['ID', 'LOGIN', 'BIND', 'ADDRESS', 'SINCE (UTC)', 'OPEN', 'RATE', 'ACCEPTED', 'REFUSED', 'TOLD']

const REFUSED_SHOWN = 10

function show({ node, other_nodes: others, sessions, owed, refused_binds: refused }: Sessions): string {
  const bound = sessions.filter(({ bind }) => bind !== null)
  const unbound = sessions.length - bound.length
  const notes = [
    ...bound.flatMap(notesOf),
    ...refused
      .slice(-REFUSED_SHOWN)
      .map(
        ({ login, ip, why, times, last }) =>
          `${login} could not bind from ${ip}, ${times === 1 ? 'once' : `${times} times`}, last ${day(last)}: ${why}.`,
      ),
    ...owed.flatMap(owedOf),
    ...(unbound === 0 ? [] : [`${unbound === 1 ? 'One connection has' : `${unbound} connections have`} not bound yet.`]),
    ...(others.length === 0
      ? []
      : [`This is node ${node}. What customers have with node ${others.join(', ')} is asked there: set HELIOGRAM_URL.`]),
  ]
  const text = table(HEADINGS, bound.map(rowOf), 'No customer has an SMPP session here.', ['OPEN', 'TOLD'])
  return [text, ...(notes.length > 0 ? ['', ...notes.flatMap((note) => hanging(note, 0))] : [])].join('\n')
}

const rowOf = (one: Session) => [
  one.id,
  one.login,
  `${SHORT[one.bind ?? ''] ?? one.bind} ${one.version}`,
  one.tls ? `${one.ip} TLS` : one.ip,
  day(one.since).slice(5),
  `${one.unanswered} of ${one.unanswered_most}`,
  one.rate,
  one.accepted,
  Object.values(one.refused).reduce((sum, count) => sum + count, 0),
  one.delivering > 0 ? `${one.delivered} + ${one.delivering}` : String(one.delivered),
]

const deliveries = (count: number): string => (count === 1 ? 'One delivery' : `${count} deliveries`)

const owedOf = ({ login, waiting, since, going }: Sessions['owed'][number]): string[] => [
  ...(going > 0 ? [`${deliveries(going)} for ${login} ${going === 1 ? 'is' : 'are'} under way here, or next.`] : []),
  ...(waiting > 0 && since !== null
    ? [`${deliveries(waiting)} for ${login} ${waiting === 1 ? 'waits' : 'wait'}, the first since ${day(since)}.`]
    : []),
]

function notesOf({ id, state, last_error: error }: Session): string[] {
  return [
    ...(state === 'held'
      ? [`Session ${id} is held: what it sends is not read while it floods, does not read, or has too much under way.`]
      : []),
    ...(state === 'leaving' ? [`Session ${id} is about to end.`] : []),
    ...(error === null ? [] : [`Session ${id}, last error, ${error.at.slice(11, 19)} UTC: ${error.says}.`]),
  ]
}

const day = (iso: string): string => iso.slice(0, 19).replace('T', ' ')
