import { type AdminClient, path } from '../admin-client.ts'
import type { Command } from '../command.ts'
import { fields, table } from '../print.ts'

const ID = { name: 'ID', meaning: 'the mailing, as jobs.php answered and `mailing list` shows' } as const

interface Mailing {
  readonly id: number
  readonly account: string
  readonly made_by: string
  readonly name: string
  readonly state: string
  readonly status: number
  readonly status_name: string
  readonly reason: string
  readonly channel: string
  readonly sender: string
  readonly created_at: string
  readonly start_at: string
  readonly repeats: string
  readonly runs: number
  readonly runs_max: number
  readonly portions: { readonly period_hours: number; readonly freq_minutes: number } | null
  readonly recipients: number
  readonly taken: number
  readonly cost: string
}

interface Shown extends Mailing {
  readonly text: string
  readonly counts: {
    readonly waiting: number
    readonly sent: number
    readonly delivered: number
    readonly notDelivered: number
  }
}

export const mailingCommands: readonly Command[] = [
  {
    name: 'mailing list',
    summary: 'List mailings (jobs.php), the newest 200 first.',
    options: {
      account: { value: 'LOGIN', meaning: 'only those of an account' },
      before: { value: 'ID', meaning: 'older ones than this' },
    },
    ask: async (centre, args) => {
      const query = path`?account=${args.text('account') ?? ''}&before=${args.text('before') ?? ''}`
      const listed = (await centre.request('GET', `/mailings${query}`)) as Mailing[]
      const rows = listed.map((each) => [
        each.id,
        each.account,
        each.state,
        moment(each.start_at),
        `${each.taken} of ${each.recipients}`,
        each.cost,
        each.name.length > 20 ? `${each.name.slice(0, 19)}…` : each.name,
      ])
      return {
        json: listed,
        text: table(['ID', 'ACCOUNT', 'STATE', 'START', 'TAKEN', 'COST', 'NAME'], rows, 'There are no mailings.'),
      }
    },
  },
  {
    name: 'mailing show',
    summary: 'Show a mailing: how far it is, what has become of its messages, and why it waits.',
    positionals: [ID],
    ask: async (centre, args) => {
      const shown = (await centre.request('GET', path`/mailings/${args.at('ID')}`)) as Shown
      return { json: shown, text: show(shown) }
    },
  },
  {
    name: 'mailing pause',
    summary: 'Pause a mailing. What it has handed over goes out, nothing more is taken.',
    positionals: [ID],
    ask: (centre, args) => change(centre, 'pause', args.at('ID')),
  },
  {
    name: 'mailing resume',
    summary: 'Let a paused mailing go on where it stopped, whatever it was paused for.',
    details: 'A start that it has missed is made now. Nobody gets a message twice.',
    positionals: [ID],
    ask: (centre, args) => change(centre, 'resume', args.at('ID')),
  },
  {
    name: 'mailing cancel',
    summary: 'Cancel a mailing for good. What waits is taken back and costs nothing.',
    positionals: [ID],
    ask: (centre, args) => change(centre, 'cancel', args.at('ID')),
  },
]

async function change(centre: AdminClient, verb: string, id: string) {
  const changed = (await centre.request('POST', path`/mailings/${id}/${verb}`)) as Shown
  return { json: changed, text: show(changed) }
}

const moment = (at: string): string => at.replace('T', ' ').replace(/:\d\d\.\d+Z$/, '')

function show(one: Shown): string {
  const runs = one.runs_max === 0 ? `${one.runs}, without end` : `${one.runs} of ${one.runs_max}`
  return fields([
    ['mailing', `${one.id}, ${one.name}`],
    ['account', one.account],
    ...(one.made_by === one.account ? [] : ([['made by', one.made_by]] as const)),
    ['state', `${one.state}${one.reason === '' ? '' : `. ${one.reason}`}`],
    ...(one.state === 'paused' ? ([['then', `heliogram mailing resume ${one.id}`]] as const) : []),
    ['starts', `${moment(one.start_at)} UTC`],
    ...(one.repeats === 'once' ? [] : ([['repeated', `${one.repeats}; runs: ${runs}`]] as const)),
    ...(one.portions === null
      ? []
      : ([['portions', `every ${one.portions.freq_minutes} min, over ${one.portions.period_hours} h`]] as const)),
    ['channel', one.channel],
    ['sender', one.sender],
    ['text', one.text],
    ['recipients', one.recipients],
    ['taken', one.taken],
    ['waiting', one.counts.waiting],
    ['with carriers', one.counts.sent],
    ['delivered', one.counts.delivered],
    ['not delivered', one.counts.notDelivered],
    ['cost', one.cost],
  ])
}
