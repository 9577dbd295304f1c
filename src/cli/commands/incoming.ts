import { path } from '../admin-client.ts'
import type { Command } from '../command.ts'
import { table } from '../print.ts'

interface Unclaimed {
  readonly id: number
  readonly at: string
  readonly from: string
  readonly to: string
  readonly text: string
}

interface Keyword {
  readonly word: string
  readonly account: string
}

interface OptOut {
  readonly phone: string
  readonly at: string
  readonly text: string
  readonly to: string
  readonly message: number | null
}

const LOGIN = { name: 'LOGIN', meaning: 'the account' } as const
const WORD = { name: 'WORD', meaning: 'one word, in any case' } as const
const minute = (at: string): string => at.slice(0, 16).replace('T', ' ')

/** What handsets wrote, as far as the operator has to see to it. */
export const incomingCommands: readonly Command[] = [
  {
    name: 'incoming unclaimed',
    summary: 'List messages from handsets that are nobody’s, the latest first.',
    details: 'They came to a number that no account has, or to a shared one where nobody was found for them.',
    options: { before: { value: 'ID', meaning: 'only those before this one' } },
    ask: async (centre, args) => {
      const before = args.whole('before')
      const query = before === undefined ? '' : `?before=${before}`
      const messages = (await centre.request('GET', `/incoming/unclaimed${query}`)) as Unclaimed[]
      const rows = messages.map(({ id, at, from, to, text }) => [String(id), minute(at), from, to, text])
      return { json: messages, text: table(['ID', 'CAME', 'FROM', 'TO', 'TEXT'], rows, 'Every message has its account.') }
    },
  },
  {
    name: 'incoming assign',
    summary: 'Give a message that is nobody’s to an account, as if it had come there now.',
    positionals: [{ name: 'ID', meaning: 'of the message: incoming unclaimed' }],
    options: { account: { value: 'LOGIN', meaning: 'whose it shall be', required: true } },
    ask: async (centre, args) => {
      const account = args.text('account')
      const done = (await centre.request('POST', path`/incoming/${args.at('ID')}/assign`, { account })) as { id: number }
      return { json: done, text: `The message is ${account}’s, there under the id ${done.id}.` }
    },
  },
  {
    name: 'keyword add',
    summary: 'Let messages to shared numbers that begin with a word go to an account.',
    details:
      'Its login followed by a colon or a space does so without this. Who wrote to the subscriber within 14 days goes first.',
    positionals: [WORD],
    options: { account: { value: 'LOGIN', meaning: 'whose the word is', required: true } },
    ask: async (centre, args) => {
      const body = { word: args.at('WORD'), account: args.text('account') }
      const added = (await centre.request('POST', '/keywords', body)) as Keyword
      return { json: added, text: showKeywords([added]) }
    },
  },
  {
    name: 'keyword list',
    summary: 'List the keywords, and whose they are.',
    ask: async (centre) => {
      const keywords = (await centre.request('GET', '/keywords')) as Keyword[]
      return { json: keywords, text: showKeywords(keywords) }
    },
  },
  {
    name: 'keyword remove',
    summary: 'Remove a keyword.',
    positionals: [WORD],
    ask: async (centre, args) => {
      const done = await centre.request('DELETE', path`/keywords/${args.at('WORD')}`)
      return { json: done, text: `The keyword ${args.at('WORD')} is removed.` }
    },
  },
  {
    name: 'opt-out list',
    summary: 'List who asked an account for no more messages, and by what.',
    positionals: [LOGIN],
    ask: async (centre, args) => {
      const optOuts = (await centre.request('GET', path`/accounts/${args.at('LOGIN')}/opt-outs`)) as OptOut[]
      const rows = optOuts.map(({ phone, at, to, message, text }) => [phone, minute(at), to, message && String(message), text])
      const none = `Nobody has opted out of ${args.at('LOGIN')}’s messages.`
      return { json: optOuts, text: table(['SUBSCRIBER', 'WROTE', 'TO', 'ANSWERED', 'TEXT'], rows, none) }
    },
  },
  {
    name: 'opt-out revoke',
    summary: 'Take an opt-out back: the account may write to the subscriber again.',
    positionals: [LOGIN, { name: 'NUMBER', meaning: 'the subscriber' }],
    ask: async (centre, args) => {
      const done = await centre.request('DELETE', path`/accounts/${args.at('LOGIN')}/opt-outs/${args.at('NUMBER')}`)
      return { json: done, text: `${args.at('LOGIN')} may write to ${args.at('NUMBER')} again.` }
    },
  },
]

const showKeywords = (keywords: readonly Keyword[]): string =>
  table(
    ['WORD', 'ACCOUNT'],
    keywords.map(({ word, account }) => [word, account]),
    'There are no keywords: heliogram keyword add.',
  )
