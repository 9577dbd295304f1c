import type { Session, Statement } from './session.ts'

/** A short link and how many people followed it. */
export interface ShortLinkRow {
  readonly id: number
  readonly code: string
  readonly clicks: number
  readonly thisMonth: number
  readonly today: number
  readonly yesterday: number
  readonly previousMonth: number
}

/** Beginnings, Unix ms: of days and months by the account's calendar. */
export interface ClickDays {
  readonly today: number
  readonly yesterday: number
  readonly thisMonth: number
  readonly previousMonth: number
}

// Of the clicks of a link, only those since the month before are read; all of them are counted in its row.
const COUNTED = `
select l.id, l.code, l.clicks, c.* from links l cross join lateral (
  select count(*) filter (where at >= $2), count(*) filter (where at >= $3), count(*) filter (where at >= $4 and at < $3),
    count(*) filter (where at < $2)
  from clicks where link_id = l.id and at >= $5 and not machine
) c order by l.id`

const ONE: Statement = {
  name: 'short_link_of_account',
  text: `with links as (select id, code, clicks from short_links where account_id = $1 and id = $6)${COUNTED}`,
}

const LATEST: Statement = {
  name: 'short_link_of_url',
  text: `with links as (
  select id, code, clicks from short_links
  where account_id = $1 and md5(regexp_replace(url, '^https?://|/$', '', 'gi')) = md5(regexp_replace($6, '^https?://|/$', '', 'gi'))
  order by account_id, md5(regexp_replace(url, '^https?://|/$', '', 'gi')), id desc limit 1
)${COUNTED}`,
}

const LIST: Statement = {
  name: 'short_links_of_account',
  text: `with links as (
  select id, code, clicks from short_links where (account_id, id) > ($1, $6) and account_id = $1 order by account_id, id limit $7
)${COUNTED}`,
}

/** One by its id; with an address the latest that leads there; else a page by rising id, behind `afterId`. */
export type AskedLinks = { readonly id: number } | { readonly url: string } | { readonly afterId: number; readonly limit: number }

export async function readShortLinks(
  session: Session,
  accountId: number,
  days: ClickDays,
  asked: AskedLinks,
): Promise<ShortLinkRow[]> {
  const values = [accountId, days.thisMonth, days.today, days.yesterday, days.previousMonth]
  const rows =
    'id' in asked
      ? await session.run(ONE, [...values, asked.id])
      : 'url' in asked
        ? await session.run(LATEST, [...values, asked.url])
        : await session.run(LIST, [...values, asked.afterId, asked.limit])
  return rows.map(([id, code, clicks, thisMonth, today, yesterday, previousMonth]) => ({
    ...{ id: Number(id), code: code as string, clicks: Number(clicks), thisMonth: Number(thisMonth) },
    ...{ today: Number(today), yesterday: Number(yesterday), previousMonth: Number(previousMonth) },
  }))
}

/** So many may an account make by hand. Those of its messages are not counted: each was paid for. */
export const LINKS_MAX = 100_000

const ADD: Statement = {
  name: 'short_link_add',
  text: `
insert into short_links (account_id, code, url, expires_at, clicks_max)
select $1, $2, $3, $4, $5
where (select count(*) from (select from short_links where account_id = $1 and message_id = 0 limit ${LINKS_MAX}) own) < ${LINKS_MAX}
returning id`,
}

export interface NewShortLink {
  readonly accountId: number
  readonly code: string
  readonly url: string
  readonly expiresAtMs: number // 0: never
  readonly clicksMax: number // 0: any number
}

/** Its id; undefined: the account has too many. */
export async function addShortLink(session: Session, link: NewShortLink): Promise<number | undefined> {
  const [row] = await session.run(ADD, [link.accountId, link.code, link.url, link.expiresAtMs, link.clicksMax])
  return row && Number(row[0])
}

const REMOVE: Statement = {
  name: 'short_link_remove',
  text: `delete from short_links where account_id = $1 and id = $2 returning id`,
}

/** With its clicks; false: the account has none of this id. */
export const removeShortLink = async (session: Session, accountId: number, id: number): Promise<boolean> =>
  (await session.run(REMOVE, [accountId, id])).length > 0
