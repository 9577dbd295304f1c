import type { Channel } from '../domain/channel.ts'
import type { Losses, Route } from '../domain/route.ts'
import { BUMP } from './catalogue-changes.ts'
import type { Session, Statement } from './session.ts'

/** A route as it is stored; empty texts and 0 are no condition. */
export interface NewRoute {
  readonly carrierId: number
  readonly channel: string
  readonly prefix: string
  readonly mccmnc: string
  readonly accountId: number // 0: everybody's
  readonly sender: string // with * at its end: how a sender begins
  readonly fromMinute: number // of the day; equal to toMinute: always
  readonly toMinute: number
  readonly utcOffsetMinutes: number // the clock of these minutes
  readonly priority: number
  readonly weight: number
  readonly losses: string // '': as the centre does
  readonly noReceiptMinutes: number // 0: never sent anew
  readonly replaceSender: string // '': senders stay as they are
}

export interface RouteRow extends NewRoute {
  readonly id: number
}

export interface RouteDetails extends RouteRow {
  readonly carrier: string
  readonly login: string // of its account; '': everybody's
  readonly enabled: boolean
}

const COLUMNS = [
  'carrier_id',
  'channel',
  'prefix',
  'mccmnc',
  'account_id',
  'sender',
  'from_minute',
  'to_minute',
  'utc_offset_minutes',
  'priority',
  'weight',
  'losses',
  'no_receipt_minutes',
  'replace_sender',
] as const

const columnsOf = (table: string): string => COLUMNS.map((column) => `${table}.${column}`).join(', ')

const readRoute = ([id, ...row]: readonly unknown[]): RouteRow => ({
  id: id as number,
  carrierId: row[0] as number,
  channel: row[1] as string,
  prefix: row[2] as string,
  mccmnc: row[3] as string,
  accountId: row[4] as number,
  sender: row[5] as string,
  fromMinute: row[6] as number,
  toMinute: row[7] as number,
  utcOffsetMinutes: row[8] as number,
  priority: row[9] as number,
  weight: row[10] as number,
  losses: row[11] as string,
  noReceiptMinutes: row[12] as number,
  replaceSender: row[13] as string,
})

/** The same as the routing rules know it. */
export const toRoute = (row: RouteRow): Route => ({
  id: row.id,
  carrierId: row.carrierId,
  channel: row.channel as Channel,
  prefix: row.prefix,
  mccmnc: row.mccmnc,
  accountId: row.accountId,
  sender: row.sender,
  hours:
    row.fromMinute === row.toMinute
      ? undefined
      : { fromMinute: row.fromMinute, toMinute: row.toMinute, utcOffsetMinutes: row.utcOffsetMinutes },
  priority: row.priority,
  weight: row.weight,
  losses: row.losses === '' ? undefined : (row.losses as Losses),
  noReceiptMinutes: row.noReceiptMinutes,
  replaceSender: row.replaceSender === '' ? undefined : row.replaceSender,
})

const LIST: Statement = {
  name: 'route_list',
  text: `
select r.id, ${columnsOf('r')}, c.name, coalesce(a.login, ''), r.enabled
from routes r join carriers c on c.id = r.carrier_id left join accounts a on a.id = r.account_id
order by r.channel, r.priority desc, r.mccmnc, r.prefix, r.id
limit 10000`,
}

export async function listRoutes(session: Session): Promise<RouteDetails[]> {
  return (await session.run(LIST, [])).map((row) => {
    const [carrier, login, enabled] = row.slice(COLUMNS.length + 1)
    return { ...readRoute(row), carrier: carrier as string, login: login as string, enabled: enabled as boolean }
  })
}

const ENABLED: Statement = {
  name: 'catalogue_routes',
  text: `select r.id, ${columnsOf('r')} from routes r where r.enabled order by r.id`,
}

/** Those that are in force, for the catalogue. */
export const readRoutes = async (session: Session): Promise<RouteRow[]> => (await session.run(ENABLED, [])).map(readRoute)

const TYPES: Readonly<Record<string, string>> = {
  prefix: 'text',
  mccmnc: 'text',
  channel: 'text',
  sender: 'text',
  losses: 'text',
  replace_sender: 'text',
}

/** A route that is there already is not added twice. */
const ADD: Statement = {
  name: 'route_add',
  text: `
with wanted as (
  select * from unnest(${COLUMNS.map((column, at) => `$${at + 1}::${TYPES[column] ?? 'int4'}[]`).join(', ')})
    as w(${COLUMNS.join(', ')})
), changed as (
  insert into routes (${COLUMNS.join(', ')})
  select w.* from wanted w
  where not exists (
    select from routes r where r.enabled and (r.carrier_id, r.channel, r.prefix, r.mccmnc, r.account_id, r.sender, r.from_minute, r.to_minute, r.priority)
      = (w.carrier_id, w.channel, w.prefix, w.mccmnc, w.account_id, w.sender, w.from_minute, w.to_minute, w.priority)
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
    routes.map(({ accountId }) => accountId),
    routes.map(({ sender }) => sender),
    routes.map(({ fromMinute }) => fromMinute),
    routes.map(({ toMinute }) => toMinute),
    routes.map(({ utcOffsetMinutes }) => utcOffsetMinutes),
    routes.map(({ priority }) => priority),
    routes.map(({ weight }) => weight),
    routes.map(({ losses }) => losses),
    routes.map(({ noReceiptMinutes }) => noReceiptMinutes),
    routes.map(({ replaceSender }) => replaceSender),
  ])
  return rows.map(([id]) => id as number)
}

/** What of a route may be changed; null: as it is. */
export interface RouteChange {
  readonly priority: number | null
  readonly weight: number | null
  readonly losses: string | null
  readonly noReceiptMinutes: number | null
  readonly replaceSender: string | null
}

const CHANGE: Statement = {
  name: 'route_change',
  text: `
with changed as (
  update routes set priority = coalesce($2::int4, priority), weight = coalesce($3::int4, weight),
    losses = coalesce($4::text, losses), no_receipt_minutes = coalesce($5::int4, no_receipt_minutes),
    replace_sender = coalesce($6::text, replace_sender)
  where id = $1 returning id
), ${BUMP}
select id from changed`,
}

export const changeRoute = async (session: Session, id: number, change: RouteChange): Promise<boolean> =>
  (await session.run(CHANGE, [id, change.priority, change.weight, change.losses, change.noReceiptMinutes, change.replaceSender]))
    .length === 1

const REMOVE: Statement = {
  name: 'route_remove',
  text: `with changed as (delete from routes where id = $1 returning id), ${BUMP} select id from changed`,
}

export const removeRoute = async (session: Session, id: number): Promise<boolean> =>
  (await session.run(REMOVE, [id])).length === 1
