import { type AccountSettings, isOn } from './account.ts'
import { type Channel, isShortMessage } from './channel.ts'
import { isOurs } from './message-state.ts'
import { NO_RECEIPT } from './receipt.ts'
import { type HourWindow, nextOpening } from './schedule.ts'
import { parseSender } from './sender.ts'

/**
 * Delivery control of a message: what is not delivered goes out once more, under its number and for its price. Stored with the
 * message as it stands here.
 */
export interface Control {
  /** failure: after status 3 or 20 (users.php fl[5]) · undeliverable: after 20, over a route behind the first one's (fl2[24]). */
  readonly on: 'failure' | 'undeliverable'
  readonly sender: string // of the second attempt
  readonly validityMs: number // of each of the two
  /** The second attempt keeps to these, on a clock so many minutes from UTC. */
  readonly hours?: HourWindow & { readonly offsetMinutes: number }
  /** The second attempt is under way, or over; there is no third. */
  readonly first?: FirstAttempt
}

/** What came of the first attempt. Money in millionths, as text: it goes through JSON. */
export interface FirstAttempt {
  readonly sender: string
  readonly state: number
  readonly err: number
  readonly atMs: number
  readonly receipt: string | null
  readonly refunded: string // what would have gone back
  readonly cost: string
  readonly carrierId: number // which had it last
  readonly carrierIds: string | null // its own, as messages have them
  readonly carriers: readonly number[] // all that had it
  readonly answers: number // of carriers, until then
}

/** What a request and its account say of a second attempt. */
export interface ControlWish {
  readonly settings: AccountSettings
  readonly deliveryControl: boolean | undefined // of the request; undefined: as the account says
  readonly sender2: string | undefined // of the request; undefined: the account's
  readonly channel: Channel
  readonly sender: string
  readonly validityMs: number
}

/**
 * The control a message is sent under; undefined: none. Look-ups have nothing to repeat. A reserve sender that networks would
 * not take is not used.
 */
export function controlOf(wish: ControlWish): Control | undefined {
  const { settings, channel, sender, validityMs } = wish
  const onFailure = wish.deliveryControl ?? isOn(settings['fl[5]'])
  if (!onFailure && !isOn(settings['fl2[24]'])) return undefined
  if (!isShortMessage(channel) || channel === 'ping') return undefined
  if (!onFailure) return { on: 'undeliverable', sender, validityMs }
  const reserve = parseSender(wish.sender2 ?? String(settings.sender2 ?? ''))
  return { on: 'failure', sender: 'sender' in reserve && reserve.sender !== '' ? reserve.sender : sender, validityMs }
}

/** When the second attempt may begin, from a moment on (Unix ms). */
export const secondAt = ({ hours }: Control, nowMs: number): number =>
  hours ? nextOpening(nowMs, hours, hours.offsetMinutes) : nowMs

const EXPIRED = 3
const UNDELIVERABLE = 20

/**
 * Whether a message ends in a way after which it is sent again: a carrier had it, and said no. Not one that its customer took
 * back, that no carrier ever answered, or of which nobody knows whether it arrived.
 */
export function isRepeated(
  control: Control,
  end: { readonly state: number; readonly err: number; readonly receipt: string | null; readonly sentAtMs: number },
): boolean {
  if (control.first || end.sentAtMs === 0 || end.err === NO_RECEIPT || isOurs(end)) return false
  return end.state === UNDELIVERABLE || (end.state === EXPIRED && control.on === 'failure')
}

const DELIVERED: ReadonlySet<number> = new Set([1, 2, 4])

/** Whether it arrived: delivered, read, or its link was followed. */
export const isDelivered = (state: number): boolean => DELIVERED.has(state)

/**
 * What goes back of a price when the second attempt has ended. One of the two is paid for: so never more than the first alone
 * would have given back.
 */
export const refundOfBoth = (first: FirstAttempt, state: number, refunded: bigint): bigint =>
  isDelivered(state) || refunded < BigInt(first.refunded) ? refunded : BigInt(first.refunded)

/**
 * Of carriers in the order in which they are tried, those for the second attempt. Where another sender is used and nobody else is
 * left, those of the first attempt once more. `tried`: by the second attempt.
 */
export function secondCandidates(
  candidates: readonly number[],
  { on, sender }: Control,
  first: FirstAttempt,
  tried: readonly number[],
): readonly number[] {
  const open = (carrierId: number): boolean => !tried.includes(carrierId)
  if (on === 'undeliverable') {
    const behind = Math.max(-1, ...first.carriers.map((carrierId) => candidates.indexOf(carrierId)))
    return candidates.slice(behind + 1).filter(open)
  }
  const others = candidates.filter((carrierId) => open(carrierId) && !first.carriers.includes(carrierId))
  return others.length > 0 || sender === first.sender ? others : candidates.filter(open)
}
