import { path } from '../admin-client.ts'
import type { Command } from '../command.ts'
import { fields, table } from '../print.ts'

const LOGIN = { name: 'LOGIN', meaning: 'the login of the account' } as const
const ID = { name: 'ID', meaning: 'the group, as listed' } as const

interface Group {
  readonly id: number
  readonly name: string
  readonly failure: string
  readonly recovery: string
  readonly contacts: readonly string[]
  readonly sender: string
  readonly mailSender: string
  readonly quietMs: number
}

const TEXTS = { name: 'name', failure: 'failure', recovery: 'recovery', sender: 'sender', 'mail-sender': 'mailSender' } as const

export const notifyGroupCommands: readonly Command[] = [
  {
    name: 'notify-group add',
    summary: 'Make a group that ping.php tells of a failure and of its end.',
    details: '{NAME}, {HOST} and {INFO} in the texts stand for what ping.php is given. Messages are charged to the account.',
    positionals: [LOGIN],
    options: {
      name: { value: 'TEXT', meaning: 'what you call it', required: true },
      failure: { value: 'TEXT', meaning: 'what is said of a failure', required: true },
      recovery: { value: 'TEXT', meaning: 'what is said when it is over', required: true },
      to: { value: 'CONTACT', meaning: 'a number or an e-mail address that is told', many: true, required: true },
      sender: { value: 'NAME', meaning: 'sender of the messages; without it the account’s own' },
      'mail-sender': { value: 'ADDRESS', meaning: 'address that the mails come from' },
      quiet: { value: 'MINUTES', meaning: 'the same is not told again so soon; 10, 0 switches it off' },
    },
    examples: [
      "heliogram notify-group add alex --name Web --failure '{NAME} is down' --recovery '{NAME} works' --to 79161234567",
    ],
    ask: async (centre, args) => {
      const texts = Object.entries(TEXTS).flatMap(([option, name]) => {
        const text = args.text(option)
        return text === undefined ? [] : [[name, text]]
      })
      const quiet = args.whole('quiet')
      const body = {
        ...Object.fromEntries(texts),
        contacts: args.list('to'),
        ...(quiet !== undefined && { quietMinutes: quiet }),
      }
      const group = (await centre.request('POST', path`/accounts/${args.at('LOGIN')}/notify-groups`, body)) as Group
      return { json: group, text: showGroup(group, args.at('LOGIN')) }
    },
  },
  {
    name: 'notify-group list',
    summary: 'List the groups of an account that ping.php tells.',
    positionals: [LOGIN],
    ask: async (centre, args) => {
      const groups = (await centre.request('GET', path`/accounts/${args.at('LOGIN')}/notify-groups`)) as Group[]
      const rows = groups.map(({ id, name, contacts, failure }) => [id, name, contacts.join(' '), failure])
      return { json: groups, text: table(['ID', 'NAME', 'CONTACTS', 'OF A FAILURE'], rows, 'There are no groups.') }
    },
  },
  {
    name: 'notify-group remove',
    summary: 'Remove a group: ping.php then answers that there is none.',
    positionals: [LOGIN, ID],
    ask: async (centre, args) => {
      const done = await centre.request('DELETE', path`/accounts/${args.at('LOGIN')}/notify-groups/${args.at('ID')}`)
      return { json: done, text: `The group ${args.at('ID')} of ${args.at('LOGIN')} is removed.` }
    },
  },
  {
    name: 'notify-group test',
    summary: 'Tell a group of a failure that is none, or of its end. The messages are sent and charged.',
    positionals: [LOGIN, ID],
    options: { ok: { meaning: 'the text of a recovery' } },
    ask: async (centre, args) => {
      const address = path`/accounts/${args.at('LOGIN')}/notify-groups/${args.at('ID')}/test`
      const done = await centre.request('POST', address, { ok: args.flag('ok') })
      const told = done as { text: string; contacts: readonly string[]; recipients: number; price: string }
      const text = fields([
        ['said', told.text],
        ['to', told.contacts.join(' ')],
        ['taken', `${told.recipients} of ${told.contacts.length}`],
        ['price', told.price],
      ])
      return { json: done, text, exitCode: told.recipients === told.contacts.length ? 0 : 1 }
    },
  },
]

const showGroup = ({ id, name, failure, recovery, contacts, sender, mailSender, quietMs }: Group, login: string): string =>
  fields([
    ['group', id],
    ['name', name],
    ['of a failure', failure],
    ['of its end', recovery],
    ['to', contacts.join(' ')],
    ['sender', sender || 'the account’s own'],
    ['mails from', mailSender],
    ['quiet', quietMs === 0 ? 'never: everything is told' : `${quietMs / 60_000} minutes after the same`],
    ['told by', `/sys/ping.php?login=${login}&psw=…&id=${id}&name=…&host=…&info=…&ok=0`],
  ])
