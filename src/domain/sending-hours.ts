import { type HourWindow, nextOpening } from './schedule.ts'

/** When messages of an account may go. */
export interface SendingHours {
  readonly window: HourWindow
  /** On the recipient's clock where that is known; else, and otherwise, on the account's. */
  readonly byRecipient: boolean
  /** What comes outside is refused instead of held. */
  readonly refuses: boolean
}

/** Reads `h1-h2` (SMSC API, tmlim): whole hours from 0 to 24. 22-6 is over midnight, 0-24 and equal hours are always. */
export function readHours(text: string): HourWindow | { readonly problem: 'bad_hours' } {
  const [, from, to] = /^\s*(\d{1,2})\s*-\s*(\d{1,2})\s*$/.exec(text) ?? []
  const window = { fromHour: Number(from ?? 25), toHour: Number(to ?? 25) }
  return window.fromHour > 24 || window.toHour > 24 ? { problem: 'bad_hours' } : window
}

export const isAlways = ({ fromHour, toHour }: HourWindow): boolean => fromHour % 24 === toHour % 24

/** The centre's own, for mailings and advertising: on the recipient's clock. */
export const hoursOfMailings = (window: HourWindow): SendingHours => ({ window, byRecipient: true, refuses: false })

/** The first moment from `atMs` on (Unix ms) that a message may go. Offsets are minutes from UTC. */
export const openingFor = (
  { window, byRecipient }: SendingHours,
  atMs: number,
  offsets: { readonly recipient: number | undefined; readonly account: number },
): number => nextOpening(atMs, window, (byRecipient ? offsets.recipient : undefined) ?? offsets.account)
