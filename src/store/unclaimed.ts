import type { Session, Statement } from './session.ts'

/** A message from a handset that is nobody's. */
export interface Unclaimed {
  readonly id: number
  readonly atMs: number
  readonly sender: string
  readonly recipient: string
  readonly body: string
}

const LIST: Statement = {
  name: 'incoming_unclaimed',
  text: `
select i.id, i.at, i.sender, i.recipient, i.body from incoming i
where i.account_id = 0 and i.id < $1 and not exists (select from incoming_tasks t where t.id = i.id)
order by i.account_id desc, i.id desc limit $2`,
}

/** The latest first, before an id. Those that an account is still looked for are left out. */
export const listUnclaimed = async (session: Session, beforeId: number, limit: number): Promise<Unclaimed[]> =>
  (await session.run(LIST, [beforeId, limit])).map(([id, at, sender, recipient, body]) => ({
    id: Number(id),
    atMs: Number(at),
    sender: sender as string,
    recipient: recipient as string,
    body: body as string,
  }))
