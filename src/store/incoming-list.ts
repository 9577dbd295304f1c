import type { Session, Statement } from './session.ts'

/** What subscribers wrote to an account's numbers. */
export interface IncomingMessage {
  readonly id: number
  readonly atMs: number
  readonly sender: string // the subscriber
  readonly body: string
  readonly recipient: string // the account's number
}

/* Pairs are compared, or the planner might walk everybody's messages along the primary key until enough are this account's. */
const LIST: Statement = {
  name: 'incoming_list',
  text: `
select id, at, sender, body, recipient from incoming
where (account_id, id) >= ($1, $2) and (account_id, id) < ($1, $3) and ($4 = '' or recipient = $4)
order by account_id, id limit $5`,
}

/** Of an account in a range of ids, the earliest first; to one of its numbers, or with '' to any. */
export async function listIncoming(
  session: Session,
  asked: {
    readonly accountId: number
    readonly fromId: number
    readonly toId: number
    readonly recipient: string
    readonly limit: number
  },
): Promise<IncomingMessage[]> {
  const { accountId, fromId, toId, recipient, limit } = asked
  return (await session.run(LIST, [accountId, fromId, toId, recipient, limit])).map(([id, at, sender, body, to]) => ({
    id: Number(id),
    atMs: Number(at),
    sender: sender as string,
    body: body as string,
    recipient: to as string,
  }))
}
