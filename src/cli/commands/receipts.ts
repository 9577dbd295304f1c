import { path } from '../admin-client.ts'
import { type Args, type Command, Complaint, type Output } from '../command.ts'
import { table, WIDTH_MAX, wrap } from '../print.ts'

interface Orphan {
  readonly id: number
  readonly carrier: string | null
  readonly came_at: string
  readonly ids: readonly string[]
  readonly stat: string
  readonly err: string
  readonly to: string
  readonly match: { readonly message: number; readonly account: string; readonly sure: string; readonly because: string } | null
}

interface Summary {
  readonly carrier: string
  readonly count: number
  readonly shown: number
  readonly certain: number
  readonly likely: number
  readonly causes: readonly {
    readonly ids_are: string
    readonly count: number
    readonly answered: string
    readonly received: string
    readonly set: boolean
    readonly command: string | null
  }[]
  readonly attach_command: string | null
}

interface List {
  readonly shown: number
  readonly total: number
  readonly counted_up_to: number
  readonly orphans: readonly Orphan[]
  readonly carriers: readonly Summary[]
}

const SINCE = {
  value: 'WHEN',
  meaning: 'only those that came since: 2026-11-22, 2026-11-22T10:30 (UTC), or so long ago: 30m, 12h, 7d',
}
const ORPHAN = { name: 'ORPHAN', meaning: 'its number, as heliogram receipts orphans lists it' }

export const receiptCommands: readonly Command[] = [
  {
    name: 'receipts orphans',
    summary: 'List receipts that have found no message, with the most likely one and the setting that would have matched it.',
    details:
      'A message is looked for by its id everywhere, and by number among those that were accepted shortly before the receipt.',
    options: {
      carrier: { value: 'NAME', meaning: 'only of this carrier' },
      since: SINCE,
      within: { value: 'HOURS', meaning: 'how long before a receipt to look by number, at most 72; without it 1' },
      limit: { value: 'N', meaning: 'how many to show, the newest first; at most 500, without it 50' },
    },
    examples: ['heliogram receipts orphans --carrier mts --since 7d'],
    ask: async (centre, args) => {
      const query = new URLSearchParams()
      for (const [name, value] of [
        ['carrier', args.text('carrier')],
        ['since', args.text('since')],
        ['within_hours', args.whole('within')],
        ['limit', args.whole('limit')],
      ] as const) {
        if (value !== undefined) query.set(name, String(value))
      }
      const list = (await centre.request('GET', `/receipts/orphans?${query}`)) as List
      return { json: list, text: show(list) }
    },
  },
  {
    name: 'receipts attach',
    summary: 'Give an orphan receipt to its message: final state, refund and notification follow as from any receipt.',
    details: 'With --all every orphan of a carrier whose message is certain by its id; the others stay.',
    positionals: [
      { ...ORPHAN, optional: true },
      { name: 'MESSAGE', meaning: 'the message’s int_id; without it the most likely one', optional: true },
    ],
    options: {
      all: { meaning: 'all that are certain, of --carrier' },
      carrier: { value: 'NAME', meaning: 'with --all: of this carrier' },
      since: SINCE,
      anyway: { meaning: 'also where the receipt names another number, or came from another carrier' },
    },
    examples: ['heliogram receipts attach 17', 'heliogram receipts attach --all --carrier mts'],
    ask: async (centre, args) => {
      if (args.flag('all'))
        return showAttached(await centre.request('POST', '/receipts/attach-all', ofCarrier(args, 'attach', 'since')))
      const message = args.at('MESSAGE')
      const body = { ...(message !== '' && { message: numberOf(message, 'message') }), anyway: args.flag('anyway') }
      const orphan = String(numberOf(args.at('ORPHAN'), 'orphan receipt'))
      const done = await centre.request('POST', path`/receipts/orphans/${orphan}/attach`, body)
      const { message: id, account, result } = done as { message: number; account: string; result: string }
      const news = result === 'known' ? '; it told nothing new' : ''
      return { json: done, text: `Receipt ${orphan} belongs to message ${id} of ${account} now${news}.` }
    },
  },
  {
    name: 'receipts forget',
    summary: 'Take orphan receipts off the list: one, or all of a carrier. They stay stored.',
    positionals: [{ ...ORPHAN, optional: true }],
    options: {
      all: { meaning: 'all of --carrier, up to 100000 at once' },
      carrier: { value: 'NAME', meaning: 'with --all: of this carrier' },
      before: { value: 'WHEN', meaning: 'with --all: only those that came before: 2026-11-22, or so long ago: 7d' },
    },
    examples: ['heliogram receipts forget --all --carrier mts --before 30d'],
    ask: async (centre, args) => {
      const done = args.flag('all')
        ? await centre.request('POST', '/receipts/forget-all', ofCarrier(args, 'forget', 'before'))
        : await centre.request('DELETE', path`/receipts/orphans/${String(numberOf(args.at('ORPHAN'), 'orphan receipt'))}`)
      const { forgotten } = done as { forgotten: number }
      return { json: done, text: `${forgotten} ${forgotten === 1 ? 'receipt is' : 'receipts are'} off the list.` }
    },
  },
]

function ofCarrier(args: Args, verb: string, moment: 'since' | 'before'): object {
  const carrier = args.text('carrier')
  if (carrier === undefined) throw new Complaint(`--all needs a carrier: heliogram receipts ${verb} --all --carrier NAME.`, 2)
  if (args.at('ORPHAN') !== '') throw new Complaint('Either one receipt or --all, not both.', 2)
  const when = args.text(moment)
  return { carrier, ...(when !== undefined && { [moment]: when }) }
}

function numberOf(written: string, what: string): number {
  if (/^\d{1,16}$/.test(written)) return Number(written)
  throw new Complaint(
    written === '' ? `Name the ${what}, or --all --carrier NAME.` : `'${written}' is no number of a ${what}.`,
    2,
  )
}

function showAttached(json: unknown): Output {
  const { carrier, looked_at, attached, known, left } = json as {
    carrier: string
    looked_at: number
    attached: number
    known: number
    left: number
  }
  const rest =
    left === 0
      ? 'None are left.'
      : `${left} ${left === 1 ? 'is' : 'are'} left:\n  heliogram receipts orphans --carrier ${carrier}`
  const repeats = known === 0 ? '' : ` ${known} told nothing new.`
  return { json, text: `Looked at ${looked_at}: ${attached} have changed their message.${repeats} ${rest}` }
}

const HEADINGS = ['ORPHAN', 'CAME (UTC)', 'TO', 'RECEIPT', 'ID', 'MESSAGE', 'SURE', 'BY']

function show({ shown, total, counted_up_to: most, orphans, carriers }: List): string {
  if (shown === 0) return 'There are no orphan receipts: every receipt has found its message.'
  const sections = carriers
    .filter((carrier) => carrier.shown > 0)
    .map((carrier) => {
      const own = orphans.filter((orphan) => (orphan.carrier ?? carrier.carrier) === carrier.carrier)
      return [
        `${carrier.carrier}: ${counted(carrier.count)}, ${carrier.shown} shown`,
        table(HEADINGS, own.map(row), ''),
        ...explain(carrier),
      ].join('\n')
    })
  const more =
    total > shown
      ? [`${total === most ? `More than ${most}` : total} in all; --limit shows more, --carrier and --since choose.`]
      : []
  return [...sections, ...more].join('\n\n')
}

const counted = (count: number): string => `${count} orphan ${count === 1 ? 'receipt' : 'receipts'}`

const row = ({ id, came_at, to, stat, err, ids, match }: Orphan) => [
  id,
  came_at.slice(5, 16).replace('T', ' '),
  to,
  [stat, err].filter((word) => word !== '').join(' '),
  shortened(ids.join(' ')),
  match ? String(match.message) : '',
  match?.sure,
  match?.because,
]

/** Ids of one carrier differ at their ends. */
const shortened = (id: string): string => (id.length > ID_WIDTH ? `…${id.slice(1 - ID_WIDTH)}` : id)
const ID_WIDTH = 14

/** What the receipts have in common, and what to type. */
function explain({ certain, likely, causes, attach_command: attach, shown }: Summary): string[] {
  const lines = causes.flatMap(({ ids_are: words, count, answered, received, set, command }) => {
    const example = answered === received ? '' : ` (${answered} and ${received})`
    const says = `${count} by their ids: ${words}${example}.`
    const advice =
      command !== null
        ? 'So that the next ones find their messages by themselves:'
        : set
          ? 'The carrier is set so by now: these came before.'
          : ''
    return [...wrap(`${says} ${advice}`.trim(), WIDTH_MAX), ...(command === null ? [] : [`  ${command}`])]
  })
  const none = shown - certain - likely
  return [
    '',
    ...lines,
    ...(attach === null
      ? []
      : [`${certain} of those shown ${certain === 1 ? 'is' : 'are'} certain. To attach all that are:`, `  ${attach}`]),
    ...(likely === 0
      ? []
      : [
          `${likely} ${likely === 1 ? 'is' : 'are'} likely. Look with heliogram message trace MESSAGE, then: heliogram receipts attach ORPHAN`,
        ]),
    ...(none === 0
      ? []
      : [`${none} ${none === 1 ? 'fits' : 'fit'} no message here: another system may use the same access to the carrier.`]),
  ]
}
