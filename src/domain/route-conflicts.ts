import { carries, type Route, type RouteSet, STANDARD_WEIGHT } from './route.ts'

/**
 * What is wrong with a route beside the others, each in a sentence that says which one is in its way. `nameOf` names a carrier.
 * It may be added all the same: another route may go.
 */
export function conflictsOf(
  route: Route,
  all: readonly Route[],
  setOf: (route: Route) => RouteSet,
  nameOf: (carrierId: number) => string,
): string[] {
  const others = all.filter(({ id }) => id !== route.id)
  const notes: string[] = []
  const stronger = others.find((other) => other.priority > 0 && covers(other, route))
  if (route.priority <= 0 && stronger) {
    notes.push(
      `It is never used: route ${stronger.id} takes everything that it would, and priority 0 is only for what no other route matches.`,
    )
  }
  const same = others.find(
    (other) =>
      other.carrierId === route.carrierId &&
      covers(other, route) &&
      (other.priority > route.priority || (other.priority === route.priority && (other.id < route.id || !covers(route, other)))),
  )
  if (same && notes.length === 0) {
    notes.push(`It changes nothing: route ${same.id} sends the same messages to ${nameOf(route.carrierId)} already.`)
  }
  if (!same) notes.push(...outdone(route, others, nameOf))
  const { strategy } = setOf(route)
  if (strategy === 'order' && (route.weight ?? STANDARD_WEIGHT) !== STANDARD_WEIGHT) {
    notes.push(
      `Its weight has no effect: routes of priority ${route.priority} are tried in order. To share: heliogram route choose --priority ${route.priority} --by weight`,
    )
  }
  if (route.noReceiptMinutes && !others.some((other) => other.carrierId !== route.carrierId && meets(other, route))) {
    notes.push('No other carrier takes these messages, so nothing can be sent anew when a receipt does not come.')
  }
  return notes
}

/** Routes that a new one leaves nothing to do. */
function outdone(route: Route, others: readonly Route[], nameOf: (carrierId: number) => string): string[] {
  const notes: string[] = []
  for (const other of others) {
    if (!covers(route, other)) continue
    if (route.priority > 0 && other.priority <= 0) {
      notes.push(`Route ${other.id} (${nameOf(other.carrierId)}, priority 0) is not used any more.`)
    } else if (other.carrierId === route.carrierId && route.priority > other.priority) {
      notes.push(`Route ${other.id} changes nothing any more: it may be removed.`)
    }
  }
  return notes.slice(0, NOTES_MAX)
}

const NOTES_MAX = 3

/** Whether `wide` takes everything that `narrow` takes. */
export function covers(wide: Route, narrow: Route): boolean {
  return (
    carries(wide, narrow.channel) &&
    (!wide.prefix || (narrow.prefix ?? '').startsWith(wide.prefix)) &&
    (!wide.mccmnc ||
      (narrow.mccmnc ?? '') === wide.mccmnc ||
      (wide.mccmnc.length === 3 && (narrow.mccmnc ?? '').startsWith(wide.mccmnc))) &&
    (!wide.accountId || wide.accountId === narrow.accountId) &&
    coversSender(wide.sender ?? '', narrow.sender ?? '') &&
    (!wide.hours || isSameHours(wide.hours, narrow.hours))
  )
}

/** Whether there may be a message that both take, as far as their places say. */
const meets = (one: Route, other: Route): boolean =>
  carries(one, other.channel) &&
  (one.prefix ?? '').startsWith((other.prefix ?? '').slice(0, (one.prefix ?? '').length)) &&
  (one.mccmnc ?? '').startsWith((other.mccmnc ?? '').slice(0, (one.mccmnc ?? '').length))

function coversSender(wide: string, narrow: string): boolean {
  if (wide === '' || wide === '*') return true
  const [whole, part] = [wide.toLowerCase(), narrow.toLowerCase()]
  return whole === part || (whole.endsWith('*') && part.replace(/\*$/, '').startsWith(whole.slice(0, -1)) && part !== '')
}

const isSameHours = (one: NonNullable<Route['hours']>, other: Route['hours']): boolean =>
  other !== undefined &&
  one.fromMinute === other.fromMinute &&
  one.toMinute === other.toMinute &&
  one.utcOffsetMinutes === other.utcOffsetMinutes
