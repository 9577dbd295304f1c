import { resolve } from 'node:path'
import type { Command } from '../command.ts'
import { table } from '../print.ts'

interface Audit {
  readonly ok: boolean
  readonly purses: number
  readonly postings: number
  readonly messages: number
  readonly differences: readonly string[]
}

interface Node {
  readonly node: number
  readonly alive: boolean
  readonly carriers: readonly string[]
  readonly started_at: string
}

export const centreCommands: readonly Command[] = [
  {
    name: 'audit',
    summary: 'Prove the books: balances, postings, and the charges and refunds of messages agree.',
    details: 'Leaves with 1 when they do not. It may run while the centre works.',
    ask: async (centre) => {
      const report = (await centre.request('GET', '/audit')) as Audit
      const { ok, purses, postings, messages, differences } = report
      const seen = `${purses} purses, ${postings} postings, ${messages} messages`
      const text = ok ? `The books agree: ${seen}.` : `The books do not agree: ${seen}.\n${differences.join('\n')}`
      return { json: report, text, exitCode: ok ? 0 : 1 }
    },
  },
  {
    name: 'nodes',
    summary: 'List the programs that share the database, and the carriers each owns.',
    ask: async (centre) => {
      const nodes = (await centre.request('GET', '/nodes')) as Node[]
      const rows = nodes.map((each) => [each.node, each.alive ? 'up' : 'gone', each.started_at, each.carriers.join(' ')])
      return { json: nodes, text: table(['NODE', 'STATE', 'STARTED', 'CARRIERS'], rows, 'There are no nodes.') }
    },
  },
  {
    name: 'export',
    summary: 'Write everything that is stored into a new folder on the centre’s machine: a backup, or the way to another server.',
    details: 'It is of one moment, and the centre goes on working.',
    positionals: [{ name: 'DIR', meaning: 'a folder that is empty or not there yet' }],
    ask: async (centre, args) => {
      const done = await centre.request('POST', '/export', { folder: resolve(args.at('DIR')) })
      const { folder, tables, rows } = done as { folder: string; tables: number; rows: number }
      return { json: done, text: `Wrote ${rows} rows of ${tables} tables to ${folder}.` }
    },
  },
  {
    name: 'sandbox mo',
    summary: 'Play a handset that sends a message to a number of the centre (sandbox only).',
    options: {
      from: { value: 'NUMBER', meaning: 'the handset', required: true },
      to: { value: 'NUMBER', meaning: 'the number of the centre it writes to', required: true },
      text: { value: 'TEXT', meaning: 'what it writes', required: true },
    },
    ask: async (centre, args) => {
      const body = { from: args.text('from'), to: args.text('to'), text: args.text('text') }
      const done = await centre.request('POST', '/sandbox/mo', body)
      return { json: done, text: `${args.text('from')} wrote to ${args.text('to')}.` }
    },
  },
  {
    name: 'sandbox call',
    summary: 'Play a handset that calls a number of the centre (sandbox only).',
    details: 'For the calls that wait_call.php waits for; nobody answers, and nothing is said.',
    options: {
      from: { value: 'NUMBER', meaning: 'the handset', required: true },
      to: { value: 'NUMBER', meaning: 'the number of the centre it calls', required: true },
    },
    ask: async (centre, args) => {
      const done = await centre.request('POST', '/sandbox/call', { from: args.text('from'), to: args.text('to') })
      return { json: done, text: `${args.text('from')} called ${args.text('to')}, and the account that waited for it is told.` }
    },
  },
]
