import { type Cell, fields, table, WIDTH_MAX } from './print.ts'
import { clean, clock, hanging, showFields, showPdu, wrapHard } from './trace-pdu.ts'
import type { Moment, Trace } from './trace-types.ts'

/** Of a message with many parts the rest is in --json. */
const PDUS_MAX = 12
const INDENT = '  '

/** A message's life on a page of 100 columns: what it is, what happened, and why. Sections that have nothing to say are left out. */
export function showTrace(trace: Trace): string {
  const sections: [title: string, lines: readonly string[]][] = [
    ['WHAT HAPPENED', trace.story.flatMap(tell)],
    ['PART OF A MESSAGE', showWhole(trace)],
    ['TIMES', showSteps(trace)],
    [`REQUEST${trace.request.via ? ` by ${trace.request.via}` : ''} [rebuilt]`, showFields(trace.request.rebuilt, 2)],
    ...trace.request.captured.map(({ at, says }): [string, string[]] => [
      `REQUEST as it came, ${clock(at)} [captured]`,
      says.split('\n').flatMap((line) => indented(line)),
    ]),
    ['NUMBER AND TEXT', showNormalised(trace)],
    ['PRICE', [...indented(trace.pricing.says), ...showPostings(trace)]],
    ['ROUTES', showRoutes(trace)],
    ['PDUS', showPdus(trace)],
    ['RECEIPTS', trace.receipts.flatMap(showReceipt)],
    ['NOTIFICATIONS', trace.notifications.flatMap(tell)],
  ]
  const shown = sections.filter(([, lines]) => lines.length > 0).map(([title, lines]) => [title, ...lines].join('\n'))
  return [showHead(trace), ...shown].join('\n\n')
}

const known = (name: string, value: Cell): (readonly [string, Cell])[] => (value === null || value === '' ? [] : [[name, value]])

function showHead(trace: Trace): string {
  const err = trace.err === 0 ? '' : `, err ${trace.err} ${trace.err_name}`
  const refund = Number(trace.refunded) === 0 ? '' : `, ${trace.refunded} given back`
  const pairs: (readonly [string, Cell])[] = [
    ['message', `${trace.id} (number ${trace.ref} of ${trace.account})`],
    ['status', `${trace.state_name} (${trace.state})${err}`],
    ...known('waits', trace.waits),
    ...known('until', trace.waits_until),
    ['to', [trace.recipient, trace.mccmnc && `(${trace.mccmnc})`].filter((part) => part !== '').join(' ')],
    ['from', trace.sender],
    [trace.channel, trace.text],
    ...known('comment', trace.comment),
    ['parts', trace.part_states ? `${trace.parts}: ${trace.part_states.join(', ')}` : trace.parts],
    ['price', `${trace.price} ${trace.currency}${refund}`],
    ...known('carrier', trace.carrier),
    ...known('carrier’s id', trace.carrier_ids.join(' ')),
    ...known('receipt', trace.receipt),
    ...known('HLR', trace.hlr?.join(' ') ?? ''),
    ['valid until', trace.expires_at],
  ]
  const width = WIDTH_MAX - Math.max(...pairs.map(([name]) => name.length)) - 2
  return fields(pairs.map(([name, value]) => [name, typeof value === 'string' ? wrapHard(value, width).join(' ') : value]))
}

/** The message that this is one part of, as its customer submitted it. */
function showWhole({ id, part_of: whole, currency }: Trace): string[] {
  if (!whole) return []
  const came = whole.parts.length === whole.of ? 'all came' : `${whole.parts.length} came`
  return [
    `This is part ${whole.number} of ${whole.of} that the customer submitted one by one; ${came}. Together: ${whole.state_name}, ${whole.price} ${currency}.`,
    ...whole.parts.map(
      (part) => `part ${part.number}: ${part.id} (number ${part.ref}), ${part.state_name}${part.id === id ? ', this one' : ''}`,
    ),
    whole.text,
  ].flatMap(indented)
}

const MOMENT = '2026-01-01 00:00:00.000  '.length

function tell({ at, says }: Moment): string[] {
  const when = at === null ? '' : at.replace('T', ' ').replace('Z', '')
  return wrapHard(says, WIDTH_MAX - MOMENT).map((line, nth) => `${(nth === 0 ? when : '').padEnd(MOMENT)}${line}`)
}

/** What does not fit a line goes on further to the right. */
const indented = (text: string): string[] => hanging(text, INDENT.length)

const span = (ms: number): string =>
  ms < 10_000 ? `${ms} ms` : ms < 600_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`

function showSteps({ steps }: Trace): string[] {
  if (steps.length < 2) return []
  const rows = steps.map(({ step, at, took_ms, says }, nth) => [step, clock(at), nth === 0 ? '' : `+${span(took_ms)}`, says])
  return table(['STEP', 'AT (UTC)', 'TOOK', 'NOTE'], rows, '')
    .split('\n')
    .map((line) => `${INDENT}${line.replace(/ +-$/, '')}`)
}

function showNormalised({ normalised }: Trace): string[] {
  const { recipient, country, operator, region, mccmnc, mccmnc_today, alphabet, length, unit, parts } = normalised
  const place = [country, operator, region].filter((part) => part !== '').join(', ') || 'nothing is known of this number'
  const moved = mccmnc !== '' && mccmnc_today !== '' && mccmnc !== mccmnc_today ? `; today the plan says ${mccmnc_today}` : ''
  return [
    ...indented(`${recipient}: ${place}${mccmnc === '' ? '' : `; network ${mccmnc}`}${moved}`),
    ...indented(alphabet === 'none' ? 'no text' : `${alphabet}, ${length} ${unit}, ${parts} ${parts === 1 ? 'part' : 'parts'}`),
  ]
}

function showPostings({ postings, currency, pricing }: Trace): string[] {
  const cost =
    pricing.carrier_cost === null
      ? []
      : indented(`The carrier takes ${pricing.carrier_cost} ${currency} for it: ${pricing.margin} ${currency} are left.`)
  const told = postings.flatMap(({ id, kind, at, account, amount, whole, found }) =>
    indented(
      `${clock(at)}  ${kind} of ${amount} ${currency} at ${account}, in the posting ${id} of ${whole}${found === 'by its time' ? ' (found by its time)' : ''}`,
    ),
  )
  return [...cost, ...told]
}

/** Wrong number, denied, no money: said before anybody looked at routes. */
const BEFORE_ROUTING = [22, 23, 24]

function showRoutes({ routing, state, carrier, answers }: Trace): string[] {
  if (BEFORE_ROUTING.includes(state) && carrier === null && answers.length === 0) return []
  const { routes, version, version_today, changed_since, more_lost, asked_elsewhere } = routing
  const today = changed_since
    ? `Decided by version ${version} of prices and routes; they have changed since (now ${version_today}). This is what they say today:`
    : `Decided by version ${version} of prices and routes, which is today's.`
  const rows = routes.map(({ place, route, carrier, priority, where, says, came }) => [
    place === 0 ? '-' : place,
    carrier,
    String(route),
    String(priority),
    where,
    [says, came].filter((part) => part !== '').join('; '),
  ])
  const shown = table(['TRY', 'CARRIER', 'ROUTE', 'PRIORITY', 'WHERE', 'WHY'], rows, 'There is no route at all.').split('\n')
  return [
    ...indented(today),
    ...shown.map((line) => `${INDENT}${line}`.slice(0, WIDTH_MAX)),
    ...(more_lost > 0 ? indented(`… and ${more_lost} routes more for something else`) : []),
    ...(asked_elsewhere.length > 0 ? indented(`It was also with ${asked_elsewhere.join(', ')}, no candidate today.`) : []),
  ]
}

function showPdus({ pdus, pdu_notes, unreadable_nearby, carrier }: Trace): string[] {
  const lines = pdus.slice(0, PDUS_MAX).map(showPdu)
  const notes = [
    ...pdu_notes,
    ...(pdus.length > PDUS_MAX ? [`${pdus.length - PDUS_MAX} more are in --json.`] : []),
    ...(unreadable_nearby > 0
      ? [
          `${unreadable_nearby} ${unreadable_nearby === 1 ? 'PDU' : 'PDUs'} that nobody could read came from its carriers meanwhile: heliogram trace show --carrier ${carrier ?? 'NAME'} --why unreadable`,
        ]
      : []),
  ]
  return [...lines, ...notes.flatMap(indented)]
}

function showReceipt(receipt: Trace['receipts'][number]): string[] {
  const { at, origin, carrier_ids, state, stat, err, done_at } = receipt
  const says = [
    `${stat === '' ? 'no stat' : stat}${err === '' ? '' : `, err ${err}`}`,
    ...(state === null ? [] : [`understood as ${state}`]),
    ...(carrier_ids.length === 0 ? [] : [`id ${carrier_ids.map(clean).join(' and ')}`]),
    ...(done_at === null ? [] : [`done at ${done_at}`]),
  ]
  return indented(`${clock(at)}  ${says.join('; ')} [${ORIGIN[origin] ?? origin}]`)
}

const ORIGIN: Readonly<Record<string, string>> = {
  stored: 'kept with the message: stat and err',
  parked: 'came before its message was found',
  captured: 'captured: its octets are above',
}
