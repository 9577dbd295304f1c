import type { Limits } from '../../account/account.ts'
import { Refusal } from '../../domain/refusal.ts'
import { type Accept, type Accepted, OutcomeUnknown, type SendRequest } from '../../lifecycle/request.ts'
import { log } from '../../log.ts'
import type { Bound } from './bound.ts'
import { type RefusalTable, statusOfError } from './refusals.ts'

/** What became of a submission: stored, though maybe as refused; or the command_status it was turned down with. */
export type Submitted = (outcome: Accepted | number) => void

/**
 * Takes a request to the centre and tells once what became of it, when it is durable. Where nobody knows, nothing is told and the
 * session is dropped. One promise for each, and what hangs on it: this is the path of every message.
 */
export type Submit = (session: Bound, request: SendRequest, submitted: Submitted) => void

export function createSubmit(parts: {
  readonly accept: Accept
  readonly limits: Pick<Limits, 'allow' | 'giveBack'>
  readonly refusals: RefusalTable
}): Submit {
  const { accept, limits, refusals } = parts

  function failed(session: Bound, request: SendRequest, error: unknown, submitted: Submitted): void {
    if (error instanceof OutcomeUnknown) {
      session.drop('nobody knows whether its messages are stored')
      return
    }
    if (error instanceof Refusal) {
      if (request.hash !== 0n) limits.giveBack(request.account, 'identical', request.hash) // nothing of it is stored
    } else log.error('a submission failed', { error, account: request.account.id })
    submitted(statusOfError(error, refusals))
  }

  /** The account has changed since the session signed in, and the commit noticed. Others of its requests may have noticed before. */
  function signedInAgain(session: Bound, request: SendRequest): Promise<Accepted> {
    const account = session.account()
    const isNew = account.version !== request.account.version
    if (!isNew) return session.signInAgain().then((fresh) => accept({ ...request, account: fresh }))
    return accept({ ...request, account }).catch((error: unknown) => {
      if (!isStale(error)) throw error
      return session.signInAgain().then((fresh) => accept({ ...request, account: fresh }))
    })
  }

  return (session, request, submitted) => {
    if (request.hash !== 0n && !limits.allow(request.account, 'identical', request.hash)) {
      submitted(refusals.duplicate)
      return
    }
    accept(request).then(submitted, (error: unknown) => {
      if (isStale(error))
        signedInAgain(session, request).then(submitted, (again: unknown) => failed(session, request, again, submitted))
      else failed(session, request, error, submitted)
    })
  }
}

const isStale = (error: unknown): boolean => error instanceof Refusal && error.code === 'bad_credentials'
