import { type Pace, portions } from './portions.ts'
import type { Language } from './status.ts'

/** Where a mailing stands. `loading`: its recipients are still being stored; `deleted`: its rows are still being removed. */
export type MailingState = 'loading' | 'waiting' | 'running' | 'paused' | 'finished' | 'cancelled' | 'deleted'

/** Why a mailing is paused. */
export const PAUSES = {
  asked: () => 'It was paused by the operator.',
  late: (hours: number) => `It would have gone on more than ${hours} h late.`,
  quality: (percent: number) => `${percent} % of its last messages were refused or could not be delivered.`,
  money: () => 'The account has no money for more.',
  forbidden: () => 'The account may not send mailings.',
  blocked: () => 'The account is blocked.',
  login: () => 'The login that made it is of another account now.',
  many: (most: number) => `Its groups have grown: a mailing has ${most} recipients at most.`,
  trouble: () => 'A message of it cannot be stored: the log of the centre says more.',
} as const satisfies Record<string, (value: number) => string>

export type Pause = keyof typeof PAUSES

export const isPause = (word: string): word is Pause => Object.hasOwn(PAUSES, word)

/** In one sentence; empty when it is not paused. */
export const pauseSentence = (reason: string, value: number): string => (isPause(reason) ? PAUSES[reason](value) : '')

/** Status codes of mailings, which are those of messages as far as they fit. */
const NAMES: Readonly<Record<number, { readonly name: string; readonly nameEn: string }>> = {
  [-2]: { name: 'Остановлена', nameEn: 'Stopped' },
  [-1]: { name: 'Ожидает отправки', nameEn: 'Waiting for its time' },
  0: { name: 'Отправляется', nameEn: 'Being sent' },
  1: { name: 'Завершена', nameEn: 'Finished' },
  20: { name: 'Невозможно отправить', nameEn: 'Cannot be sent' },
  24: { name: 'Недостаточно средств', nameEn: 'Not enough money' },
}

const OF_PAUSE: Partial<Record<Pause, number>> = { money: 24, forbidden: 20, blocked: 20, login: 20, many: 20, trouble: 20 }

/** What jobs.php says of a mailing: -1 waiting, 0 being sent, 1 finished, -2 stopped, 20 cannot go on, 24 has no money. */
export function mailingStatus(state: MailingState, reason: string): number {
  if (state === 'waiting' || state === 'loading') return -1
  if (state === 'running') return 0
  if (state === 'finished') return 1
  return (state === 'paused' && isPause(reason) && OF_PAUSE[reason]) || -2
}

export const mailingStatusName = (status: number, language: Language): string =>
  NAMES[status]?.[language === 'ru' ? 'name' : 'nameEn'] ?? ''

/** How far a run is, and when its portions began to be counted. */
export interface Progress {
  readonly total: number
  readonly taken: number
  readonly baseMs: number
}

/** What may be taken now: so many recipients, or none before an instant. */
export interface Turn {
  readonly most: number
  readonly nextMs: number
  /** Where the portions are counted from; later than before when one could not begin until the next was due. */
  readonly baseMs: number
}

/**
 * The turn of a run at this moment. Portions have equal sizes and begin `freq` apart; one that began late (a pause, a crash) moves
 * those behind it, so that never two go at once.
 */
export function turnOf({ total, taken, baseMs }: Progress, pace: Pace | undefined, nowMs: number): Turn {
  if (!pace || taken >= total) return { most: total - taken, nextMs: nowMs, baseMs }
  const { count } = portions(total, pace)
  const everyMs = pace.freqMinutes * 60_000
  const portion = Math.floor((taken * count) / total)
  const dueMs = baseMs + portion * everyMs
  if (nowMs < dueMs) return { most: 0, nextMs: dueMs, baseMs }
  const isFirst = taken === Math.ceil((portion * total) / count)
  const base = isFirst && nowMs - dueMs >= everyMs ? nowMs - portion * everyMs : baseMs
  return { most: Math.ceil(((portion + 1) * total) / count) - taken, nextMs: nowMs, baseMs: base }
}
