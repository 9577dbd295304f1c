import { setTimeout as pause } from 'node:timers/promises'
import { type AdminClient, path } from './admin-client.ts'
import type { Output, Say } from './command.ts'
import { clock, hanging, showFields } from './trace-pdu.ts'

interface Seen {
  readonly at: string
  readonly session: number
  readonly ip: string
  readonly sent: boolean
  readonly octets: number
  readonly pdu: {
    readonly name: string
    readonly sequence: number
    readonly status: string
    readonly fields: readonly (readonly [name: string, value: string])[]
  }
  readonly missed: number
}

interface Poll {
  readonly seen: readonly Seen[]
  readonly missed: number
  readonly next: number
}

interface Wish {
  readonly login: string
  readonly seconds: number | undefined
  readonly count: number | undefined
  readonly signs: boolean
  readonly json: boolean
}

const POLL_EVERY_MS = 250
const SIGNS: readonly string[] = ['enquire_link', 'enquire_link_resp']
const INDENT = 4

/** Says every PDU as it passes, until the time or the count is over, or until Ctrl-C. */
export async function followWatch(centre: AdminClient, say: Say, wish: Wish): Promise<Output> {
  const { login, json } = wish
  const begun = (await centre.request('POST', '/smpp/watches', { login })) as { watch: number; sessions: number }
  const at = path`/smpp/watches/${begun.watch}`
  const over = new AbortController()
  const stop = () => over.abort()
  const timer = wish.seconds === undefined ? undefined : setTimeout(stop, wish.seconds * 1_000)
  process.once('SIGINT', stop)
  let shown = 0
  let missed = 0

  const tell = (lost: number): void => {
    if (lost === 0) return
    missed += lost
    say(json ? JSON.stringify({ missed: lost }) : `… ${lost} PDUs went by too fast to be shown`)
  }
  const full = (): boolean => wish.count !== undefined && shown >= wish.count

  try {
    say(json ? JSON.stringify({ watching: login, sessions: begun.sessions }) : greeting(login, begun.sessions))
    for (let next = 0; !over.signal.aborted && !full(); ) {
      const poll = (await centre.request('GET', `${at}?after=${next}`)) as Poll
      next = poll.next
      for (const seen of poll.seen) {
        tell(seen.missed)
        if (full() || (!wish.signs && SIGNS.includes(seen.pdu.name))) continue
        shown += 1
        say(json ? JSON.stringify(seen) : showSeen(seen, login))
      }
      tell(poll.missed)
      if (poll.seen.length === 0) await pause(POLL_EVERY_MS, undefined, { signal: over.signal }).catch(() => {})
    }
  } finally {
    clearTimeout(timer)
    process.removeListener('SIGINT', stop)
    await centre.request('DELETE', at).catch(() => {}) // it ends by itself too
  }
  const summary = `${shown} PDUs were shown${missed > 0 ? `, ${missed} were not` : ''}.`
  return { json: undefined, text: summary }
}

const greeting = (login: string, sessions: number): string =>
  sessions === 0
    ? `${login} has no session with this node yet; what passes will be shown. Ctrl-C ends it.`
    : `${login} has ${sessions === 1 ? 'one session' : `${sessions} sessions`} with this node. Ctrl-C ends it.`

function showSeen({ at, session, ip, sent, pdu }: Seen, login: string): string {
  const way = sent ? `to ${login}` : `from ${login}`
  const about = `${pdu.name} #${pdu.sequence}${pdu.status === '' ? '' : `, ${pdu.status.replace(', no error', '')}`}`
  const fields = pdu.fields.map(([name, value]) => ({ name, value }))
  return [...hanging(`${clock(at)}  ${way} (${session}, ${ip}): ${about}`, 0), ...showFields(fields, INDENT)].join('\n')
}
