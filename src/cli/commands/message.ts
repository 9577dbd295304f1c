import { path } from '../admin-client.ts'
import type { Command } from '../command.ts'
import type { Trace } from '../trace-types.ts'
import { showTrace } from '../trace-view.ts'

export const messageCommands: readonly Command[] = [
  {
    name: 'message trace',
    summary: 'Tell a message’s whole life; of one that is not final, what it waits for and until when.',
    details:
      'Request, number, price, routes, attempts, PDUs, receipts, postings, and the time each step took. What is marked [rebuilt] is made again from what is stored.',
    positionals: [{ name: 'ID', meaning: 'the store’s id (int_id), or a customer’s number: then the newest message with it' }],
    options: { account: { value: 'LOGIN', meaning: 'whose message, where customers use the same numbers' } },
    ask: async (centre, args) => {
      const account = args.text('account')
      const question = path`/messages/${args.at('ID')}/trace`
      const trace = await centre.request('GET', account === undefined ? question : question + path`?account=${account}`)
      return { json: trace, text: showTrace(trace as Trace) }
    },
  },
]
