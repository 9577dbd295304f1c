import { z } from 'zod'
import { Refusal } from '../../../domain/refusal.ts'
import { ID_MAX, type ModerationListing } from '../../../operator/moderation.ts'
import type { AdminRequest } from './endpoint.ts'

const Status = z.enum(['waiting', 'active', 'rejected', 'all'])

/** `status`, `account` and `after` of a list of what waits for the operator, or waited. */
export function readListing({ query }: Pick<AdminRequest, 'query'>): ModerationListing {
  const status = Status.safeParse(query.get('status') ?? 'waiting')
  if (!status.success) {
    throw new Refusal('bad_request', { field: 'status', reason: 'The status is waiting, active, rejected or all.' })
  }
  const after = Number(query.get('after') ?? 0)
  const afterId = after >= 0 ? Math.min(Math.floor(after), ID_MAX) : 0
  return { status: status.data, login: query.get('account') ?? undefined, afterId }
}
