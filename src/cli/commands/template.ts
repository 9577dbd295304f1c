import { path } from '../admin-client.ts'
import type { Args, Command } from '../command.ts'
import { LISTING_OPTIONS, readListing, readNumber } from '../moderation.ts'
import { fields, table } from '../print.ts'

interface Template {
  readonly id: number
  readonly login: string
  readonly text: string
  readonly sender: string
  readonly operators: readonly string[]
  readonly status: -1 | 0 | 1
  readonly reason: string
  readonly added_at: string
}

const ID = { name: 'ID', meaning: 'number of the template, as `template list` shows it' } as const
const LISTED_TEXT = 40

export const templateCommands: readonly Command[] = [
  {
    name: 'template list',
    summary: 'List the operators’ templates of customers; without more, those that wait.',
    options: LISTING_OPTIONS,
    ask: async (centre, args) => {
      const { status, query } = readListing(args)
      const templates = (await centre.request('GET', `/templates?${query}`)) as Template[]
      const nothing = status === 'waiting' ? 'No template waits.' : 'There are no such templates.'
      return { json: templates, text: list(templates, nothing) }
    },
  },
  {
    name: 'template show',
    summary: 'Show one of the operators’ templates, with its whole text.',
    positionals: [ID],
    ask: async (centre, args) => {
      const shown = (await centre.request('GET', path`/templates/${idOf(args)}`)) as Template
      return { json: shown, text: show(shown) }
    },
  },
  {
    name: 'template approve',
    summary: 'Put a template in use: texts of its customer are compared with it.',
    positionals: [ID],
    ask: async (centre, args) => told(await centre.request('POST', path`/templates/${idOf(args)}/approve`)),
  },
  {
    name: 'template reject',
    summary: 'Take a template out of use, with a reason that its customer reads.',
    positionals: [ID],
    options: { reason: { value: 'TEXT', meaning: 'why', required: true } },
    examples: ['heliogram template reject 5 --reason "MTS knows no such text"'],
    ask: async (centre, args) =>
      told(await centre.request('POST', path`/templates/${idOf(args)}/reject`, { reason: args.text('reason') })),
  },
  {
    name: 'template add',
    summary: 'Add a template for an account. It is in use at once.',
    details: '%d{1,6} stands for one to six digits, %w{1,3} for one to three words.',
    positionals: [
      { name: 'LOGIN', meaning: 'whose it is' },
      { name: 'TEXT', meaning: 'its text' },
    ],
    options: {
      sender: { value: 'NAME', meaning: 'for messages under this sender; without it, under any' },
      operators: { value: 'LIST', meaning: 'what which operator takes it for, like mts_trn,mega_srv' },
    },
    examples: ['heliogram template add demo "Your code: %d{1,6}" --operators mts_trn,mega_srv'],
    ask: async (centre, args) => {
      const [sender, operators] = [args.text('sender'), args.text('operators')]
      const body = {
        ...{ login: args.at('LOGIN'), text: args.at('TEXT') },
        ...(sender && { sender }),
        ...(operators && { operators: operators.split(',').map((each) => each.trim()) }),
      }
      return told(await centre.request('POST', '/templates', body))
    },
  },
]

const idOf = (args: Args): string => readNumber(args.at('ID'), 'template')

const standing = ({ status, reason }: Template): string =>
  status === 1 ? 'in use' : status === -1 ? `rejected: ${reason}` : 'waits for you'

/** On one line, as it is compared: runs of white space are one space. */
function shortened(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ')
  return line.length > LISTED_TEXT ? `${line.slice(0, LISTED_TEXT)}…` : line
}

function told(answer: unknown): Awaited<ReturnType<NonNullable<Command['ask']>>> {
  const template = answer as Template
  const { id, login, text } = template
  return { json: template, text: `Template ${id} of ${login}, '${shortened(text)}': ${standing(template)}.` }
}

const list = (templates: readonly Template[], nothing: string): string =>
  table(
    ['ID', 'ACCOUNT', 'STANDING', 'SENDER', 'TEXT'],
    templates.map((each) => [each.id, each.login, standing(each), each.sender || 'any', shortened(each.text)]),
    nothing,
  )

const show = (template: Template): string =>
  fields([
    ['template', String(template.id)],
    ['account', template.login],
    ['standing', standing(template)],
    ['sender', template.sender || 'any'],
    ['operators', template.operators.join(' ')],
    ['added', template.added_at],
    ['text', template.text],
  ])
