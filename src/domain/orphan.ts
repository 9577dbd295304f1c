import { foldId, NO_RECEIPT, sameNumber } from './receipt.ts'
import { type IdRelation, relationOf } from './receipt-id.ts'

/** A receipt that has found no message. */
export interface Orphan {
  readonly id: number
  readonly carrierId: number
  readonly ids: readonly string[] // as they are read by the carrier's settings
  readonly stat: string
  readonly err: string
  readonly to: string // whom it names as the message's recipient, '' nobody
  readonly from: string
  readonly atMs: number
}

/** A message that the carrier of an orphan has taken. */
export interface OrphanCandidate {
  readonly id: number
  readonly account: string
  readonly recipient: string
  readonly sender: string
  readonly state: number
  readonly err: number
  readonly sentAtMs: number
  readonly carrierIds: readonly string[] // raw, by part
}

export interface OrphanMatch {
  readonly message: OrphanCandidate
  /** 1-based; 0: the first that still waits. */
  readonly part: number
  /** certain: its id, and everything else the receipt says, fits this message and no other. */
  readonly sure: 'certain' | 'likely'
  readonly relation: IdRelation | undefined // undefined: the ids say nothing
  readonly because: string // `id+number`; `number 1/3`: the last of three that fit
}

/** A receipt may be stored a moment before the answer it follows. */
const EARLY_MS = 60_000

/**
 * The most likely message of an orphan. By its id in any notation when number and time agree; else by number and
 * time among the messages that still wait for a receipt. Undefined: none of them.
 */
export function matchOrphan(orphan: Orphan, candidates: readonly OrphanCandidate[]): OrphanMatch | undefined {
  const possible = candidates.filter(({ sentAtMs }) => sentAtMs > 0 && sentAtMs <= orphan.atMs + EARLY_MS)
  const byId = possible.flatMap((message) => {
    const found = idOf(orphan, message)
    return found && fits(orphan, message) ? [{ message, ...found }] : []
  })
  const [first] = byId
  if (first) {
    const alone = byId.every(({ message }) => message.id === first.message.id)
    const nearest = alone ? first : byId.reduce((one, other) => (other.message.sentAtMs > one.message.sentAtMs ? other : one))
    const named = namesIt(orphan, nearest.message) ? '+number' : hasSender(orphan, nearest.message) ? '+sender' : ''
    // A short number is too easily the same by chance, when the receipt names nobody.
    const proves = named !== '' || nearest.length >= ID_LENGTH
    return { ...nearest, sure: alone && proves ? 'certain' : 'likely', because: `id${named}${alone ? '' : ` 1/${byId.length}`}` }
  }
  const waiting = possible.filter((message) => isWaiting(message) && namesIt(orphan, message))
  const sameSender = waiting.filter((message) => orphan.from === '' || hasSender(orphan, message))
  const group = sameSender.length > 0 ? sameSender : waiting
  if (group.length === 0) return undefined
  const message = group.reduce((one, other) => (other.sentAtMs > one.sentAtMs ? other : one))
  const because = group.length === 1 ? 'number' : `number 1/${group.length}`
  return { message, part: 0, sure: 'likely', relation: undefined, because }
}

const ID_LENGTH = 6

function idOf(orphan: Orphan, message: OrphanCandidate): { part: number; relation: IdRelation; length: number } | undefined {
  for (const id of orphan.ids) {
    for (const [at, answered] of message.carrierIds.entries()) {
      const relation = relationOf(answered, id)
      if (relation) return { part: at + 1, relation, length: Math.min(foldId(answered).length, foldId(id).length) }
    }
  }
  return undefined
}

/** The receipt names the recipient; some carriers write the two addresses the other way round. */
const namesIt = ({ to, from }: Orphan, { recipient }: OrphanCandidate): boolean =>
  (to !== '' && sameNumber(recipient, to)) || (from !== '' && sameNumber(recipient, from))

const fits = (orphan: Orphan, message: OrphanCandidate): boolean =>
  (orphan.to === '' && orphan.from === '') || namesIt(orphan, message) || namesNobody(orphan)

/** Neither address is a telephone number: they say nothing against a message. */
const namesNobody = ({ to, from }: Orphan): boolean => [to, from].every((address) => address.replace(/\D/g, '').length < 9)

const hasSender = ({ from }: Orphan, { sender }: OrphanCandidate): boolean => from !== '' && plain(sender) === plain(from)

/** Without its final receipt: taken, unknown, or given up for want of one. */
const isWaiting = ({ state, err }: OrphanCandidate): boolean => state <= 0 || err === NO_RECEIPT

const plain = (sender: string): string => sender.replace(/^\+/, '').toLowerCase()
