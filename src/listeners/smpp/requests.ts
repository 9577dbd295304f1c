import { now } from '../../clock.ts'
import { log } from '../../log.ts'
import type { ReplyFields } from '../../protocols/smpp/codec.ts'
import type { Request } from '../../protocols/smpp/pdu.ts'
import { type AnyRequest, RESPONSE_TO } from '../../protocols/smpp/session.ts'
import { STATUS } from '../../protocols/smpp/status.ts'
import { knowsTlvs } from './bind.ts'
import type { Bound, Operations } from './bound.ts'
import type { Traffic } from './traffic.ts'
import type { Wire } from './wire.ts'

/** What a customer asked for and was not answered yet. */
export interface Requests {
  /** Hands a request to its operation, or refuses it, when there is none or `refuseWith` says so. */
  take(session: Bound, pdu: AnyRequest, refuseWith: number): void
  unanswered(): number
  peak(): number
  /** The session is over: answers come to nothing. */
  close(): void
}

type AnyOperation = (session: Bound, pdu: AnyRequest, answer: (reply: ReplyFields) => void) => void

/** `answered` is called behind each answer. */
export function createRequests(operations: Operations, wire: Wire, traffic: Traffic, answered: () => void): Requests {
  const known = operations as unknown as { readonly [R in Request]?: AnyOperation }
  let owed = 0
  let peak = 0
  let closed = false

  const write = (session: Bound, command: Request, sequence: number, reply: ReplyFields): void => {
    const fields = reply.tlvs && !knowsTlvs(session.interfaceVersion) ? { ...reply, tlvs: {} } : reply
    try {
      wire.reply(RESPONSE_TO[command], sequence, fields)
    } catch (error) {
      log.error('an SMPP response has no form on the wire', { listener: 'smpp', reason: command, error })
      wire.reply(RESPONSE_TO[command], sequence, { status: STATUS.ESME_RSYSERR })
    }
  }

  const answerTo = (session: Bound, command: Request, sequence: number): ((reply: ReplyFields) => void) => {
    let open = true
    return (reply) => {
      if (!open) return
      open = false
      owed--
      if (closed) return
      const status = reply.status ?? 0
      if (status === 0) traffic.accepted++
      else traffic.refuse(command, status, now())
      write(session, command, sequence, reply)
      answered()
    }
  }

  return {
    unanswered: () => owed,
    peak: () => peak,
    close() {
      closed = true
    },

    take(session, pdu, refuseWith) {
      const { command, sequence } = pdu
      if (command === 'submit_sm' || command === 'submit_multi' || command === 'data_sm') traffic.submits++
      else traffic.patience--
      const operation = known[command]
      const status = operation === undefined ? STATUS.ESME_RINVCMDID : refuseWith
      if (operation === undefined || status !== 0) {
        traffic.refuse(command, status, now())
        wire.reply(RESPONSE_TO[command], sequence, { status })
        return
      }
      owed++
      if (owed > peak) peak = owed
      const answer = answerTo(session, command, sequence)
      try {
        operation(session, pdu, answer)
      } catch (error) {
        log.error('an SMPP operation failed', { listener: 'smpp', reason: command, error })
        answer({ status: STATUS.ESME_RSYSERR })
      }
    },
  }
}
