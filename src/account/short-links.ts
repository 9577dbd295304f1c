import type { Account } from '../domain/account.ts'
import { type CivilDate, DAY_MS, dateOf, MINUTE_MS } from '../domain/calendar.ts'
import { startOfDay } from '../domain/period.ts'
import { Refusal } from '../domain/refusal.ts'
import { asStored, linkBase, readLink } from '../domain/short-link.ts'
import type { Session } from '../store/session.ts'
import {
  type AskedLinks,
  addShortLink,
  type ClickDays,
  LINKS_MAX,
  readShortLinks,
  removeShortLink,
  type ShortLinkRow,
} from '../store/short-link-lists.ts'

/** A short link with the clicks of people on it, by the account's calendar. */
export interface CountedLink extends Omit<ShortLinkRow, 'code'> {
  readonly link: string
}

export interface WantedLink {
  readonly url: string // as it was written
  readonly lastDay: CivilDate | undefined // by the account's clock; undefined: for good
  readonly clicksMax: number // 0: any number
}

/** Links of one page, at most. */
export const LINKS_PAGE_MAX = 1_000

/**
 * The short links of an account, those of its messages and those it makes by hand (SMSC API, tinyurls.php). Refuses with bad_request a
 * link that leads nowhere on the web and a last day that is over, with not_found, and with denied when there are too many.
 */
export function createShortLinkDesk(parts: {
  readonly session: Session
  readonly now: () => number
  readonly newCode: () => string
  readonly publicUrl: string
}) {
  const { session, now, newCode, publicUrl } = parts
  const linkOf = (account: Account, code: string): string => `${linkBase(account, publicUrl)}/${code}`

  async function read(account: Account, asked: AskedLinks): Promise<CountedLink[]> {
    const rows = await readShortLinks(session, account.id, clickDays(account.utcOffsetMinutes, now()), asked)
    if (rows.length === 0) throw new Refusal('not_found')
    return rows.map(({ code, ...counts }) => ({ ...counts, link: linkOf(account, code) }))
  }

  return {
    /** By its id, or the latest of those that lead to an address; its scheme, how its host is spelled and a slash at its end do not matter. */
    async find(account: Account, asked: { readonly id: number } | { readonly url: string }): Promise<CountedLink> {
      const [link] = await read(account, 'id' in asked ? asked : { url: asStored(asked.url) ?? asked.url })
      if (!link) throw new Refusal('not_found')
      return link
    },

    /** By rising id. */
    list: (account: Account, afterId: number, limit: number): Promise<CountedLink[]> => read(account, { afterId, limit }),

    async add(account: Account, { url: written, lastDay, clicksMax }: WantedLink): Promise<{ id: number; link: string }> {
      const url = readLink(written)
      if (url === undefined) throw new Refusal('bad_request', { field: 'link' })
      const expiresAtMs = lastDay ? startOfDay(lastDay, account.utcOffsetMinutes, 1) : 0
      if (lastDay && expiresAtMs <= now()) throw new Refusal('bad_request', { field: 'end' })
      const code = newCode()
      const id = await addShortLink(session, { accountId: account.id, code, url, expiresAtMs, clicksMax })
      if (id === undefined) throw new Refusal('denied', { field: 'add', most: LINKS_MAX })
      return { id, link: linkOf(account, code) }
    },

    /** It leads nowhere from then on, in messages that were sent too, and its clicks are forgotten. */
    async remove(account: Account, id: number): Promise<void> {
      if (!(await removeShortLink(session, account.id, id))) throw new Refusal('not_found')
    },
  }
}

export type ShortLinkDesk = ReturnType<typeof createShortLinkDesk>

function clickDays(offsetMinutes: number, nowMs: number): ClickDays {
  const date = dateOf(Math.floor((nowMs + offsetMinutes * MINUTE_MS) / DAY_MS))
  const { year, month } = date
  const before = month === 1 ? { year: year - 1, month: 12, day: 1 } : { year, month: month - 1, day: 1 }
  return {
    today: startOfDay(date, offsetMinutes),
    yesterday: startOfDay(date, offsetMinutes, -1),
    thisMonth: startOfDay({ ...date, day: 1 }, offsetMinutes),
    previousMonth: startOfDay(before, offsetMinutes),
  }
}
