import { fields, table, WIDTH_MAX, wrap } from './print.ts'

/** What a centre answers to a preview of prices or costs. */
export interface Plan {
  readonly currency: string
  readonly base_currency: string
  readonly problems: readonly { readonly line: number; readonly problem: string }[]
  readonly rows: { readonly before: number; readonly after: number; readonly added: number; readonly removed: number }
  readonly repeated_lines: number
  readonly everywhere_else: boolean
  readonly moments: readonly PlanMoment[]
  readonly untold_moments?: number
  readonly traffic: PlanTraffic | null
  readonly losses: readonly PlanLoss[]
  readonly losses_count?: number
  readonly losses_before: number
}

interface PlanMoment {
  readonly from: string
  readonly dearer: number
  readonly cheaper: number
  readonly new: number
  readonly gone: number
  readonly zones: readonly {
    readonly zone: number
    readonly zone_name: string
    readonly dearer: number
    readonly cheaper: number
    readonly new: number
    readonly gone: number
    readonly percent_from: number | null
    readonly percent_to: number | null
  }[]
  readonly changes: readonly PlanChange[]
}

interface PlanChange {
  readonly zone: number
  readonly zone_name: string
  readonly channel: string
  readonly origin: string
  readonly destination: string
  readonly change: string
  readonly was: string | null
  readonly now: string | null
  readonly percent: number | null
}

interface PlanTraffic {
  readonly complete: boolean
  readonly since: string
  readonly prices_of: string
  readonly accounts: readonly {
    readonly login: string
    readonly messages: number
    readonly was: string
    readonly now: string
    readonly difference: string
  }[]
  readonly accounts_count: number
  readonly messages: number
  readonly was: string
  readonly now: string
  readonly difference: string
  readonly unserved: number
}

interface PlanLoss {
  readonly tariff: string
  readonly carrier: string
  readonly channel: string
  readonly destination: string
  readonly price: string
  readonly cost: string
  readonly loss: string
  readonly messages: number
}

const CHANGES_SHOWN = 20
const ROWS_SHOWN = 10
const PROBLEMS_SHOWN = 20

const count = (many: number, one: string, more = `${one}s`): string => `${many.toLocaleString('en')} ${many === 1 ? one : more}`
const signed = (amount: string): string => (amount.startsWith('-') ? amount : `+${amount}`)
const more = (all: number, shown: number): string[] =>
  all > shown ? [`… and ${(all - shown).toLocaleString('en')} more: --json has them.`] : []
const paragraph = (text: string): string => wrap(text, WIDTH_MAX).join('\n')

/** A file that cannot be imported, line by line. */
export function problemsText(file: string, { problems }: Pick<Plan, 'problems'>): string {
  const shown = problems.slice(0, PROBLEMS_SHOWN)
  const found =
    problems.length >= 1000 ? '1,000 lines or more are wrong' : `${count(problems.length, 'line is', 'lines are')} wrong`
  return [
    `${file} cannot be imported: ${found}. Nothing was changed.`,
    '',
    fields(shown.map(({ line, problem }) => [line === 0 ? 'file' : `line ${line}`, problem])),
    ...more(problems.length, shown.length),
  ].join('\n')
}

/** What an import would do, for the person who is to say yes. `costs`: of a carrier, not of customers. */
export function previewText(file: string, name: string, plan: Plan, costs: boolean): string {
  const { rows } = plan
  const list = `${costs ? 'the costs of' : 'the tariff'} ${name}`
  const head = paragraph(
    `Preview of ${file} for ${list}, in ${plan.currency}: ${count(rows.before, 'row')} now, ${count(rows.after, 'row')} afterwards ` +
      `(${rows.added.toLocaleString('en')} written, ${rows.removed.toLocaleString('en')} taken out).`,
  )
  const notes = [
    ...(plan.repeated_lines > 0
      ? [`${count(plan.repeated_lines, 'line repeats another', 'lines repeat others')} and counts once.`]
      : []),
    ...(plan.everywhere_else || costs
      ? []
      : ['There is no row for everywhere else: an SMS to a number that no row matches is refused.']),
  ]
  if (plan.moments.length === 0 && rows.added + rows.removed === 0) return [head, ...notes, '', 'Nothing changes.'].join('\n')
  return [
    head,
    ...notes,
    '',
    ...(plan.moments.length === 0 ? ['No destination gets dearer or cheaper.', ''] : plan.moments.flatMap(momentText)),
    ...(plan.untold_moments
      ? [`There are rows for ${count(plan.untold_moments, 'later date')} too; they are not compared here.`, '']
      : []),
    ...(plan.traffic ? trafficText(plan.traffic, plan.currency, costs) : []),
    ...lossesText(plan, costs),
  ].join('\n')
}

function momentText(moment: PlanMoment): string[] {
  const { changes } = moment
  const all = moment.dearer + moment.cheaper + moment.new + moment.gone
  const parts = [
    ...(moment.dearer ? [`${moment.dearer.toLocaleString('en')} dearer`] : []),
    ...(moment.cheaper ? [`${moment.cheaper.toLocaleString('en')} cheaper`] : []),
    ...(moment.new ? [`${moment.new.toLocaleString('en')} new`] : []),
    ...(moment.gone ? [`${moment.gone.toLocaleString('en')} without a price`] : []),
  ]
  const when = moment.from === '' ? 'At once' : `From ${moment.from}`
  const shown = changes.slice(0, CHANGES_SHOWN)
  const rows = shown.map((change) => [
    `${change.zone} ${change.zone_name}`,
    change.origin === '' ? change.channel : `${change.channel} (${change.origin})`,
    change.destination,
    change.was ?? 'no price',
    change.now ?? 'no price',
    howMuch(change),
  ])
  return [
    `${when}: ${parts.join(', ')}.`,
    ...(all > CHANGES_SHOWN && moment.zones.length < all / 2 ? [zonesText(moment.zones), ''] : []),
    ...(all > CHANGES_SHOWN ? ['The largest changes:'] : []),
    table(['ZONE', 'CHANNEL', 'DESTINATION', 'WAS', 'BECOMES', 'CHANGE'], rows, '', ['WAS', 'BECOMES', 'CHANGE']),
    ...more(all, shown.length),
    '',
  ]
}

const howMuch = ({ change, percent }: PlanChange): string =>
  change === 'new' ? 'new' : change === 'gone' ? 'no longer served' : percent === null ? change : percentText(percent)

const percentText = (percent: number): string => `${percent < 0 ? '' : '+'}${percent.toLocaleString('en')} %`

const ZONES_SHOWN = 15

/** Many changes, zone by zone. */
function zonesText(zones: PlanMoment['zones']): string {
  const rows = zones.slice(0, ZONES_SHOWN).map((zone) => {
    const { percent_from: low, percent_to: high } = zone
    const range =
      low === null || high === null ? '' : low === high ? percentText(low) : `${percentText(low)} to ${percentText(high)}`
    return [`${zone.zone} ${zone.zone_name}`, zone.dearer, zone.cheaper, zone.new, zone.gone, range]
  })
  const rest = zones.length > ZONES_SHOWN ? [`… and ${count(zones.length - ZONES_SHOWN, 'more zone')}.`] : []
  return [table(['ZONE', 'DEARER', 'CHEAPER', 'NEW', 'NO PRICE', 'CHANGE'], rows, ''), ...rest].join('\n')
}

const HIT = ['ACCOUNT', 'MESSAGES', 'AT PRESENT', 'AFTERWARDS', 'DIFFERENCE']

function trafficText(traffic: PlanTraffic, currency: string, costs: boolean): string[] {
  const since = traffic.complete ? 'of the last 30 days' : `since ${traffic.since} (too many to count all of 30 days)`
  const shown = traffic.accounts.slice(0, ROWS_SHOWN)
  const rows = shown.map(({ login, messages, was, now, difference }) => [login, messages, was, now, signed(difference)])
  const total =
    traffic.accounts_count > 1 ? [['in all', traffic.messages, traffic.was, traffic.now, signed(traffic.difference)]] : []
  const what = costs ? 'would have cost you something else' : 'would have been charged otherwise'
  const refused = costs ? 'of which the cost would be unknown' : 'that would be refused for want of a price'
  return [
    ...(traffic.accounts_count === 0
      ? [paragraph(`Of the messages ${since} none ${what}.`)]
      : [
          paragraph(`Messages ${since} that ${what} at the prices of ${traffic.prices_of}, in ${currency}:`),
          table(HIT, [...rows, ...total], '', HIT.slice(2)),
          ...more(traffic.accounts_count, shown.length),
        ]),
    ...(traffic.unserved > 0 ? [paragraph(`There were ${count(traffic.unserved, 'message')} ${since} ${refused}.`)] : []),
    '',
  ]
}

function lossesText(plan: Plan, costs: boolean): string[] {
  const before =
    plan.losses_before > 0
      ? [
          `${count(plan.losses_before, 'destination was below zero before, and stays so', 'destinations were below zero before, and stay so')}.`,
        ]
      : []
  const found = plan.losses_count ?? plan.losses.length
  if (found === 0) return ['The margin falls below zero nowhere.', ...before]
  const shown = plan.losses.slice(0, ROWS_SHOWN)
  const rows = shown.map((loss) => [
    costs ? loss.tariff : loss.carrier,
    loss.channel,
    loss.destination,
    loss.price,
    loss.cost,
    loss.loss,
    loss.messages,
  ])
  return [
    `The margin falls below zero for ${count(found, 'destination')} (a part, in ${plan.base_currency}):`,
    table([costs ? 'TARIFF' : 'CARRIER', 'CHANNEL', 'DESTINATION', 'PRICE', 'COST', 'LOSS', 'MESSAGES IN 30 DAYS'], rows, '', [
      'PRICE',
      'COST',
      'LOSS',
    ]),
    ...more(found, shown.length),
    ...before,
  ]
}
