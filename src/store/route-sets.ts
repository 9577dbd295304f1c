import { BUMP } from './catalogue-changes.ts'
import type { Session, Statement } from './session.ts'

/** How routes of one channel and priority stand to each other. */
export interface RouteSetRow {
  readonly channel: string
  readonly priority: number
  readonly strategy: string
  readonly sticky: string
}

const LIST: Statement = {
  name: 'route_sets',
  text: `select channel, priority, strategy, sticky from route_sets order by channel, priority desc`,
}

export const readRouteSets = async (session: Session): Promise<RouteSetRow[]> =>
  (await session.run(LIST, [])).map(([channel, priority, strategy, sticky]) => ({
    channel: channel as string,
    priority: priority as number,
    strategy: strategy as string,
    sticky: sticky as string,
  }))

const SET: Statement = {
  name: 'route_set_write',
  text: `
with changed as (
  insert into route_sets (channel, priority, strategy, sticky) values ($1, $2, $3, $4)
  on conflict (channel, priority) do update set strategy = excluded.strategy, sticky = excluded.sticky returning priority
), ${BUMP}
select from changed`,
}

export async function writeRouteSet(session: Session, { channel, priority, strategy, sticky }: RouteSetRow): Promise<void> {
  await session.run(SET, [channel, priority, strategy, sticky])
}

const LOSSES: Statement = { name: 'route_losses', text: `select value #>> '{}' from settings where name = 'route_losses'` }

/** What the centre does with messages that cost more than they bring, where their route does not say. */
export const readLosses = async (session: Session): Promise<string> =>
  ((await session.run(LOSSES, []))[0]?.[0] as string | undefined) ?? 'warn'

const SET_LOSSES: Statement = {
  name: 'route_losses_write',
  text: `
with changed as (
  insert into settings (name, value) values ('route_losses', to_jsonb($1::text))
  on conflict (name) do update set value = excluded.value returning name
), ${BUMP}
select from changed`,
}

export async function writeLosses(session: Session, losses: string): Promise<void> {
  await session.run(SET_LOSSES, [losses])
}
