import type { Session, Statement } from './session.ts'

/** A program that shares this database, as its row says. */
export interface NodeRow {
  readonly node: number
  readonly alive: boolean
  readonly startedAt: Date
  readonly until: Date
  readonly carriers: readonly string[] // whose links it owns now
}

const LIST: Statement = {
  name: 'node_list',
  text: `
select n.node, n.until >= now(), n.started_at, n.until,
  coalesce((select array_agg(c.name order by c.name) from carrier_leases l join carriers c on c.id = l.carrier_id
    where l.node = n.node and l.until >= now()), '{}')
from nodes n order by n.node`,
}

export async function listNodes(session: Session): Promise<NodeRow[]> {
  return (await session.run(LIST, [])).map(([node, alive, startedAt, until, carriers]) => ({
    node: node as number,
    alive: alive as boolean,
    startedAt: startedAt as Date,
    until: until as Date,
    carriers: carriers as string[],
  }))
}
