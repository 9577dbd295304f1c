/** What a customer's deliver_sm_resp makes of what was delivered; full: later, and nothing else to this session for a moment. */
export type Answered = 'taken' | 'later' | 'full' | 'refused'

const SYSTEM_ERROR = 0x08
const QUEUE_FULL = 0x14
const THROTTLED = 0x58
const TEMPORARY = 0x64
const PERMANENT = 0x65
const REJECTED = 0x66

/** Statuses that mean nothing here: so many deliveries are tried. */
const TRIES_MAX = 3

/** By its command_status (SMPP 3.4, 5.1.3); `tries`: with this one. */
export function answerOf(status: number, tries: number): Answered {
  switch (status) {
    case 0:
      return 'taken'
    case QUEUE_FULL:
    case THROTTLED:
      return 'full'
    case SYSTEM_ERROR:
    case TEMPORARY:
      return 'later'
    case PERMANENT:
    case REJECTED:
      return 'refused'
    default:
      return tries < TRIES_MAX ? 'later' : 'refused'
  }
}

const FIRST_MS = 5_000
const MOST_MS = 60_000

/** When it is delivered again after so many refusals. */
export const retryAfterMs = (refusals: number): number => Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(refusals - 1, 10))
