import { Refusal } from '../domain/refusal.ts'

/** What the operator asks to see of what customers register and he approves. */
export interface ModerationListing {
  readonly status: 'waiting' | 'active' | 'rejected' | 'all'
  readonly login: string | undefined
  readonly afterId: number
}

export const LISTED_MAX = 500
export const ID_MAX = 2_147_483_647
const REASON_MAX = 500

export const isId = (id: number): boolean => Number.isInteger(id) && id > 0 && id <= ID_MAX

/** Why something is rejected, as its customer reads it. Refuses with bad_request none, or more than 500 characters. */
export function readReason(written: string, example: string): string {
  const reason = written.trim()
  if (reason !== '' && reason.length <= REASON_MAX) return reason
  const says = `Say why, in at most ${REASON_MAX} characters: --reason "${example}". The customer reads it.`
  throw new Refusal('bad_request', { field: 'reason', reason: says })
}
