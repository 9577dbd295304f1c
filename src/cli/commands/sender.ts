import { writeFile } from 'node:fs/promises'
import { path } from '../admin-client.ts'
import { type Args, type Command, Complaint } from '../command.ts'
import { LISTING_OPTIONS, readListing, readNumber } from '../moderation.ts'
import { fields, table } from '../print.ts'

interface Sender {
  readonly id: number
  readonly login: string
  readonly sender: string
  readonly kind: 'name' | 'number' | 'mail'
  readonly status: -1 | 0 | 1
  readonly waits: '' | 'moderator' | 'code' | 'money'
  readonly reason: string
  readonly comment: string
  readonly owner: string
  readonly fields: Readonly<Record<string, string>>
  readonly operators: Readonly<Record<string, number>>
  readonly added_at: string
}
interface Shown extends Sender {
  readonly documents: readonly { id: number; name: string; type: string; size: number; info: string; added_at: string }[]
}

const NAME = { name: 'ID', meaning: 'number of the name, as `sender list` shows it' } as const

export const senderCommands: readonly Command[] = [
  {
    name: 'sender list',
    summary: 'List the sender names that customers register; without more, those that wait.',
    options: LISTING_OPTIONS,
    ask: async (centre, args) => {
      const { status, query } = readListing(args)
      const senders = (await centre.request('GET', `/senders?${query}`)) as Sender[]
      const nothing = status === 'waiting' ? 'No sender name waits.' : 'There are no such sender names.'
      return { json: senders, text: list(senders, nothing) }
    },
  },
  {
    name: 'sender show',
    summary: 'Show a sender name: who asks for it, what for, what operators say, and its documents.',
    positionals: [NAME],
    ask: async (centre, args) => {
      const shown = (await centre.request('GET', path`/senders/${idOf(args)}`)) as Shown
      return { json: shown, text: show(shown) }
    },
  },
  {
    name: 'sender document',
    summary: 'Write a document of a sender name into a file.',
    details: 'The centre has looked at its first octets only: open it as you would open any file of a stranger.',
    positionals: [NAME, { name: 'DOCUMENT', meaning: 'number of the document, as `sender show` shows it' }],
    options: { out: { value: 'FILE', meaning: 'where to; it must not be there yet', required: true } },
    ask: async (centre, args) => {
      const file = args.text('out') ?? ''
      const octets = await centre.file(path`/senders/${idOf(args)}/documents/${readNumber(args.at('DOCUMENT'), 'sender')}`)
      await writeFile(file, octets, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
        throw new Complaint(
          error.code === 'EEXIST'
            ? `${file} is there already: name another file.`
            : `${file} cannot be written (${error.code}): name another place.`,
        )
      })
      return { json: { file, octets: octets.length }, text: `${file}: ${octets.length} octets.` }
    },
  },
  {
    name: 'sender approve',
    summary: 'Let a sender name be used, whatever it waited for.',
    details: 'Where names cost something by the month and the balance does not cover it, the name waits for the money.',
    positionals: [NAME],
    ask: async (centre, args) => told(await centre.request('POST', path`/senders/${idOf(args)}/approve`)),
  },
  {
    name: 'sender reject',
    summary: 'Forbid a sender name, with a reason that its customer reads.',
    positionals: [NAME],
    options: { reason: { value: 'TEXT', meaning: 'why', required: true } },
    examples: ['heliogram sender reject 5 --reason "a trademark of somebody else"'],
    ask: async (centre, args) =>
      told(await centre.request('POST', path`/senders/${idOf(args)}/reject`, { reason: args.text('reason') })),
  },
  {
    name: 'sender operators',
    summary: 'Note what operators say of a sender name; its customer sees it in senders.php.',
    details: '1: registered, 0: asked for, -1: refused; nothing behind the = : not known.',
    positionals: [NAME, { name: 'OPERATOR=STATUS', meaning: 'like mts=1', many: true }],
    examples: ['heliogram sender operators 5 mts=1 mega=0 bee=-1'],
    ask: async (centre, args) => {
      const statuses = Object.fromEntries(args.rest().map(readStatus))
      return told(await centre.request('PATCH', path`/senders/${idOf(args)}/operators`, statuses))
    },
  },
  {
    name: 'sender add',
    summary: 'Register a sender name for an account. It may be used at once.',
    positionals: [
      { name: 'LOGIN', meaning: 'whose it is' },
      { name: 'NAME', meaning: 'up to 11 Latin letters, digits and symbols, or a number' },
    ],
    options: {
      comment: { value: 'TEXT', meaning: 'what it is for' },
      mail: { meaning: 'it is an e-mail address' },
    },
    ask: async (centre, args) => {
      const comment = args.text('comment')
      const body = { login: args.at('LOGIN'), sender: args.at('NAME'), ...(comment && { comment }), mail: args.flag('mail') }
      return told(await centre.request('POST', '/senders', body))
    },
  },
]

const idOf = (args: Args): string => readNumber(args.at('ID'), 'sender')

function readStatus(written: string): [string, number | null] {
  const [, operator, status] = /^([a-z][a-z0-9_]*)=(-?\d)?$/.exec(written) ?? []
  if (operator === undefined) throw new Complaint(`'${written}' is no operator and status: write mts=1.`, 2)
  return [operator, status === undefined ? null : Number(status)]
}

const WAITS = {
  '': 'waits',
  moderator: 'waits for you: sender approve, sender reject',
  code: 'waits for the code that was sent to it',
  money: 'waits for money: its fee could not be paid',
} as const

const standing = ({ status, waits, reason }: Sender): string =>
  status === 1
    ? 'in use'
    : status === -1
      ? `rejected: ${reason}`
      : `${WAITS[waits]}${reason === '' ? '' : `; rejected before: ${reason}`}`

const pairs = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')

function told(answer: unknown): Awaited<ReturnType<NonNullable<Command['ask']>>> {
  const sender = answer as Sender
  const said = Object.keys(sender.operators).length === 0 ? '' : ` Operators: ${pairs(sender.operators)}.`
  return { json: sender, text: `${sender.sender} (${sender.id}) of ${sender.login}: ${standing(sender)}.${said}` }
}

const list = (senders: readonly Sender[], nothing: string): string =>
  table(
    ['ID', 'ACCOUNT', 'NAME', 'STANDING', 'ADDED', 'COMMENT'],
    senders.map((each) => [each.id, each.login, each.sender, standing(each), each.added_at.slice(0, 10), each.comment]),
    nothing,
  )

function show(sender: Shown): string {
  const head = fields([
    ['name', `${sender.sender} (${sender.id}), ${sender.kind === 'mail' ? 'an e-mail address' : `a ${sender.kind}`}`],
    ['account', sender.login],
    ['standing', standing(sender)],
    ['comment', sender.comment],
    ...(sender.owner === '' ? [] : [['whose', sender.owner] as const]),
    ['operators', pairs(sender.operators)],
    ...Object.entries(sender.fields),
  ])
  const documents = table(
    ['DOCUMENT', 'TYPE', 'OCTETS', 'NAME', 'ADDED', 'WHAT IT IS'],
    sender.documents.map((each) => [each.id, each.type, each.size, each.name, each.added_at.slice(0, 10), each.info]),
    'No documents.',
  )
  return `${head}\n\n${documents}`
}
