import { listNodes, type NodeRow } from '../store/nodes.ts'
import type { Session } from '../store/session.ts'

/** The programs that share this database, those that are gone included: their numbers are taken again. */
export const createListNodes = (session: Session) => (): Promise<NodeRow[]> => listNodes(session)

export const presentNode = ({ node, alive, startedAt, until, carriers }: NodeRow) => ({
  node,
  alive,
  carriers,
  started_at: startedAt.toISOString(),
  until: until.toISOString(),
})
