import type { Session, Statement } from './session.ts'

/** A short link as a visit needs it. */
export interface VisitedLink {
  readonly id: number
  readonly url: string
  readonly accountId: number
  readonly messageId: number // the message it was made for; 0: made by hand
  readonly expiresAtMs: number // 0: never
}

const VISITED: Statement = {
  name: 'short_link',
  text: `
select id, url, account_id, message_id, expires_at from short_links l
where code = $1 and (
  not exists (select from accounts where settings ->> 'link_host' = any(array['http://' || $2, 'https://' || $2]))
  or (select settings ->> 'link_host' from accounts where id = l.account_id) = any(array['http://' || $2, 'https://' || $2]))`,
}

/** As a visitor finds it at a host: at one that is an account's own there are no links of others, who would speak in its name. */
export async function readShortLink(session: Session, code: string, host: string): Promise<VisitedLink | undefined> {
  const [row] = await session.run(VISITED, [code, host])
  if (!row) return undefined
  const [id, url, accountId, messageId, expiresAt] = row
  return {
    ...{ id: Number(id), url: url as string, accountId: accountId as number },
    ...{ messageId: Number(messageId), expiresAtMs: Number(expiresAt) },
  }
}

// Who has just come may come again, though a link that ends with so many clicks is over: it was his click that ended it.
const CLICK: Statement = {
  name: 'short_link_click',
  text: `
with repeat as (
  select count(*) > 0 as again from clicks where link_id = $1 and visitor = $4 and at > $2::bigint - 10000 and not machine
), counted as (
  update short_links set clicks = clicks + case when $3 or r.again then 0 else 1 end,
    machine_clicks = machine_clicks + case when $3 or r.again then 1 else 0 end
  from repeat r where id = $1 and (clicks_max = 0 or clicks < clicks_max or r.again)
  returning $3 or r.again as machine
), stored as (
  insert into clicks (link_id, at, machine, visitor) select $1, $2, machine, $4 from counted
)
select machine from counted`,
}

/**
 * Notes a visit; true when it counts as a person's (a repeat by one visitor within 10 s does not), undefined when the link has had all
 * the clicks it was made for, or is gone.
 */
export async function storeClick(
  session: Session,
  linkId: number,
  atMs: number,
  machine: boolean,
  visitor: Uint8Array,
): Promise<boolean | undefined> {
  const [row] = await session.run(CLICK, [linkId, atMs, machine, Buffer.from(visitor)])
  return row && row[0] === false
}
