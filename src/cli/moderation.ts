import { type Args, Complaint } from './command.ts'

const STATUSES = ['waiting', 'active', 'rejected', 'all']

/** Options of a list of what waits for the operator, or waited. */
export const LISTING_OPTIONS = {
  status: { value: 'STATUS', meaning: 'waiting, active, rejected or all' },
  account: { value: 'LOGIN', meaning: 'of this account only' },
  after: { value: 'ID', meaning: 'those after this one: at most 500 are listed' },
} as const

export function readListing(args: Args): { status: string; query: URLSearchParams } {
  const status = args.text('status') ?? 'waiting'
  if (!STATUSES.includes(status)) throw new Complaint(`--status takes ${STATUSES.join(', ')}, not '${status}'.`, 2)
  const account = args.text('account')
  return { status, query: new URLSearchParams({ status, after: String(args.whole('after') ?? 0), ...(account && { account }) }) }
}

/** The number of a name, document or template. `what`: the command that lists them. */
export function readNumber(written: string, what: 'sender' | 'template'): string {
  if (/^\d{1,10}$/.test(written)) return written
  throw new Complaint(`'${written}' is no number. See: heliogram ${what} list --status all`, 2)
}
