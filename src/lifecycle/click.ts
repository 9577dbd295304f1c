import { createHmac, randomBytes, randomInt } from 'node:crypto'
import type { Account } from '../domain/account.ts'
import { mayReplace } from '../domain/receipt.ts'
import { codeOf, isMachine, linkBase } from '../domain/short-link.ts'
import type { ReceiptTarget } from '../store/receipts.ts'
import type { Click, VisitedLink } from '../store/short-links.ts'
import { changeOfTarget, targetOf } from './change.ts'
import { makeClickWriter, type Visited } from './click-writer.ts'
import type { SettleCommit } from './settle-commit.ts'

/**
 * A visit of a short link: where it leads; undefined: nowhere, or it has ended. People's clicks are counted and move the message to
 * status 4; machines' are not.
 */
export type FollowLink = (code: string, visit: Visit) => Promise<string | undefined>

interface Visit {
  readonly method: string
  readonly userAgent: string | undefined
  readonly ip: string
  readonly host: string
}

export interface Follow {
  readonly follow: FollowLink
  /** What was clicked so far is counted. */
  drained(): Promise<void>
}

export function makeFollow(parts: {
  link: (code: string, host: string) => Promise<VisitedLink | undefined>
  click: (linkId: number, atMs: number, machine: boolean, visitor: Uint8Array) => Promise<boolean | undefined>
  clicks: (clicks: readonly Click[]) => Promise<readonly boolean[]>
  read: (message: { accountId: number; id: number }) => Promise<ReceiptTarget | undefined>
  settle: Pick<SettleCommit, 'write'>
  now: () => number
  publicUrl: string
}): Follow {
  const { host: publicHost } = new URL(parts.publicUrl)
  // Visitors are told apart for seconds only: a key of this process is enough, and no address is kept.
  const secret = randomBytes(32)
  /** Visits that are being stored: of two that come at once the second must find the first. */
  const underWay = new Map<string, Promise<unknown>>()

  async function inTurn<T>(visit: string, store: () => Promise<T>): Promise<T> {
    const before = underWay.get(visit)
    const stored = before ? before.then(store, store) : store()
    underWay.set(visit, stored)
    try {
      return await stored
    } finally {
      if (underWay.get(visit) === stored) underWay.delete(visit)
    }
  }

  async function clicked(message: { accountId: number; id: number }): Promise<void> {
    const target = await parts.read(message)
    if (!target || target.state < 0 || !mayReplace(target, CLICKED)) return
    await parts.settle.write(changeOfTarget({ ...targetOf(target), state: CLICKED, err: 0, stateAtMs: parts.now() }))
  }

  const writer = makeClickWriter({ store: parts.clicks, clicked })

  /** A link that ends with so many clicks has to know whether this is still one of them. */
  async function isLeft(visited: Visited): Promise<boolean> {
    const { linkId, atMs, machine, visitor } = visited
    const isPerson = await inTurn(`${linkId} ${Buffer.from(visitor).toString('hex')}`, () =>
      parts.click(linkId, atMs, machine, visitor),
    )
    if (isPerson && visited.messageId > 0) await clicked({ accountId: visited.accountId, id: visited.messageId })
    return isPerson !== undefined
  }

  async function follow(code: string, { method, userAgent, ip, host }: Visit): Promise<string | undefined> {
    if (code.length > CODE_MAX) return undefined
    // At the centre's own address everybody's links are, even if an account was given it for its own.
    const link = await parts.link(code, host === publicHost ? '' : host)
    const atMs = parts.now()
    if (!link || (link.expiresAtMs > 0 && link.expiresAtMs <= atMs)) return undefined
    const visitor = createHmac('sha256', secret)
      .update(`${ip}\n${userAgent ?? ''}`)
      .digest()
      .subarray(0, 8)
    const { id: linkId, accountId, messageId } = link
    const visited = { linkId, accountId, messageId, atMs, machine: isMachine(userAgent, method), visitor }
    if (link.clicksMax === 0) await writer.add(visited)
    else if (!(await isLeft(visited))) return undefined
    return link.url
  }

  return { follow, drained: writer.drained }
}

const CLICKED = 4
const CODE_MAX = 20

/** A code that nobody can guess: seven or eight letters and digits. */
export const newCode = (): string => codeOf(randomInt(57_000_000_000, 2 ** 47))

/** Makes links of messages: at the account's own host, if it has one. */
export const makeNewLink =
  (publicUrl: string) =>
  (account: Account): { readonly code: string; readonly link: string } => {
    const code = newCode()
    return { code, link: `${linkBase(account, publicUrl)}/${code}` }
  }
