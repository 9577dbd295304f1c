import { BUMP } from './catalogue-changes.ts'
import type { Session, Statement } from './session.ts'

export interface NewRoute {
  readonly carrierId: number
  readonly channel: string
  readonly prefix: string
  readonly mccmnc: string
  readonly priority: number
}

export interface RouteDetails extends NewRoute {
  readonly id: number
  readonly carrier: string
  readonly enabled: boolean
}

const LIST: Statement = {
  name: 'route_list',
  text: `
select r.id, r.carrier_id, r.channel, r.prefix, r.mccmnc, r.priority, c.name, r.enabled
from routes r join carriers c on c.id = r.carrier_id
order by r.channel, r.priority desc, r.mccmnc, r.prefix, r.id
limit 10000`,
}

export async function listRoutes(session: Session): Promise<RouteDetails[]> {
  return (await session.run(LIST, [])).map((row) => ({
    id: row[0] as number,
    carrierId: row[1] as number,
    channel: row[2] as string,
    prefix: row[3] as string,
    mccmnc: row[4] as string,
    priority: row[5] as number,
    carrier: row[6] as string,
    enabled: row[7] as boolean,
  }))
}

/** A route that is there already is not added twice. */
const ADD: Statement = {
  name: 'route_add',
  text: `
with wanted as (
  select * from unnest($1::int4[], $2::text[], $3::text[], $4::text[], $5::int4[]) as w(carrier_id, channel, prefix, mccmnc, priority)
), changed as (
  insert into routes (carrier_id, channel, prefix, mccmnc, priority)
  select w.* from wanted w
  where not exists (
    select from routes r where r.enabled and (r.carrier_id, r.channel, r.prefix, r.mccmnc, r.priority)
      = (w.carrier_id, w.channel, w.prefix, w.mccmnc, w.priority)
  )
  returning id
), ${BUMP}
select id from changed order by id`,
}

export async function addRoutes(session: Session, routes: readonly NewRoute[]): Promise<number[]> {
  const rows = await session.run(ADD, [
    routes.map(({ carrierId }) => carrierId),
    routes.map(({ channel }) => channel),
    routes.map(({ prefix }) => prefix),
    routes.map(({ mccmnc }) => mccmnc),
    routes.map(({ priority }) => priority),
  ])
  return rows.map(([id]) => id as number)
}

const REMOVE: Statement = {
  name: 'route_remove',
  text: `with changed as (delete from routes where id = $1 returning id), ${BUMP} select id from changed`,
}

export const removeRoute = async (session: Session, id: number): Promise<boolean> =>
  (await session.run(REMOVE, [id])).length === 1
