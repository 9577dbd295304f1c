import type { Broken } from './codec.ts'
import type { Unparsable } from './decode.ts'
import { layoutOf } from './layout.ts'
import { type Bind, BOUND_STATE, isBind, mayAsk, type Role, type SessionState } from './operations.ts'
import { type Fields, isResponse, PDUS, type Pdu, type PduInput, type Request, responseOf } from './pdu.ts'
import { STATUS } from './status.ts'
import { createWindow, type Sent } from './window.ts'

/** A request of ours, known to the session by what it asks. */
export interface Asked extends Sent {
  readonly command: Request
}

export type AnyRequest = Extract<Pdu, { command: Request }>

/** What came of a PDU from the peer. The shell does it; the machine has only decided. */
export type Step<T> =
  | { readonly kind: 'answered'; readonly request: T; readonly pdu: Pdu } // its response, or a generic_nack
  | { readonly kind: 'request'; readonly pdu: AnyRequest } // for the application, which owes a response
  | { readonly kind: 'reply'; readonly pdu: PduInput } // answered by the session itself: write it
  | { readonly kind: 'bound'; readonly pdu: Pdu }
  | { readonly kind: 'refused'; readonly status: number } // our bind: close
  | { readonly kind: 'unbound'; readonly reply: PduInput | undefined } // write the reply, if any, and close
  | { readonly kind: 'ignored'; readonly pdu: Pdu | Unparsable } // late, unasked or not for us
  | { readonly kind: 'lost'; readonly length: number } // the stream can't be read any more: close at once

/**
 * One SMPP session, of either end, without a socket and without a clock. The shell writes what it is told to write and
 * closes when it is told to close; times are the caller's, in ms.
 */
export interface Session<T extends Asked> {
  state(): SessionState
  /** Requests of the application that wait for a response. */
  unanswered(): number
  /** Numbers a request and waits for its response. A command that the state does not allow is a bug of ours: it throws. */
  ask(request: T, now: number): number
  /** The request with this number was not written after all. */
  withdraw(sequence: number): void
  bind(command: Bind, fields: Partial<Fields<'bind_transceiver'>>): PduInput
  unbind(): PduInput
  enquire(): PduInput
  /** As message centre: the bind was accepted. */
  accept(bind: Bind): void
  receive(pdu: Pdu | Unparsable | Broken): Step<T>
  /** Requests that were sent before and have no response: nobody waits for it any longer. */
  expire(sentBefore: number): T[]
  /** The connection is gone: everything that waited for a response. */
  close(): T[]
}

const SEQUENCE_MAX = 0x7fffffff

export function createSession<T extends Asked>(role: Role): Session<T> {
  const peer: Role = role === 'esme' ? 'mc' : 'esme'
  const window = createWindow<T>()
  let state: SessionState = 'open'
  let sequence = 0
  let binding: { readonly command: Bind; readonly sequence: number } | undefined
  let unbinding: number | undefined // the number of our unbind

  const nextSequence = (): number => {
    do sequence = sequence === SEQUENCE_MAX ? 1 : sequence + 1
    while (window.has(sequence))
    return sequence
  }

  const onRequest = (pdu: Pdu): Step<T> => {
    const { command, sequence: number } = pdu
    if (!mayAsk(command, peer, state)) {
      if (command === 'outbind' || command === 'alert_notification') return { kind: 'ignored', pdu }
      const again = role === 'mc' && isBind(command) && state !== 'closed'
      return { kind: 'reply', pdu: respond(pdu as AnyRequest, again ? STATUS.ESME_RALYBND : STATUS.ESME_RINVBNDSTS) }
    }
    if (command === 'enquire_link') return { kind: 'reply', pdu: { command: 'enquire_link_resp', sequence: number } }
    if (command === 'unbind') {
      state = 'closed'
      return { kind: 'unbound', reply: { command: 'unbind_resp', sequence: number } }
    }
    if (command === 'outbind' || command === 'alert_notification') return { kind: 'ignored', pdu }
    return { kind: 'request', pdu: pdu as AnyRequest }
  }

  const onBindResponse = (pdu: Pdu, bind: Bind): Step<T> => {
    binding = undefined
    if (pdu.status !== 0 || pdu.command === 'generic_nack') {
      state = 'closed'
      return { kind: 'refused', status: pdu.status }
    }
    state = BOUND_STATE[bind]
    return { kind: 'bound', pdu }
  }

  const onResponse = (pdu: Pdu): Step<T> => {
    const { sequence: number, command } = pdu
    const nack = command === 'generic_nack'
    const request = window.peek(number)
    if (request !== undefined && (nack || command === RESPONSE_TO[request.command])) {
      window.take(number)
      return { kind: 'answered', request, pdu }
    }
    if (binding?.sequence === number && (nack || command === responseOf(binding.command)))
      return onBindResponse(pdu, binding.command)
    if (number === unbinding && (nack || command === 'unbind_resp')) {
      state = 'closed'
      return { kind: 'unbound', reply: undefined }
    }
    return { kind: 'ignored', pdu }
  }

  return {
    state: () => state,
    unanswered: window.size,

    ask(request, now) {
      if (!mayAsk(request.command, role, state)) throw new Error(`${request.command} is not allowed in state ${state}`)
      const number = nextSequence()
      window.add(number, request, now)
      return number
    },

    withdraw: (number) => void window.take(number),

    bind(command, fields) {
      binding = { command, sequence: nextSequence() }
      return { command, ...fields, sequence: binding.sequence }
    },

    unbind() {
      if (state !== 'open' && state !== 'closed') state = 'unbinding'
      unbinding = nextSequence()
      return { command: 'unbind', sequence: unbinding }
    },

    enquire: () => ({ command: 'enquire_link', sequence: nextSequence() }),

    accept(bind) {
      state = BOUND_STATE[bind]
    },

    receive(pdu) {
      if (pdu.command === 'broken') {
        state = 'closed'
        return { kind: 'lost', length: pdu.length }
      }
      if (pdu.command === 'unparsable') {
        if (isResponse(pdu.commandId)) return { kind: 'ignored', pdu }
        const request = role === 'mc' ? requestOf(pdu.commandId) : undefined
        if (request) return { kind: 'reply', pdu: respond({ command: request, sequence: pdu.sequence }, pdu.nack) }
        return { kind: 'reply', pdu: { command: 'generic_nack', status: pdu.nack, sequence: pdu.sequence } }
      }
      return isResponse(PDUS[pdu.command].id) ? onResponse(pdu) : onRequest(pdu)
    },

    expire: window.takeSentBefore,

    close() {
      state = 'closed'
      return window.takeAll()
    },
  }
}

/** Of each request the name of its response. */
export const RESPONSE_TO = Object.fromEntries(
  Object.keys(PDUS)
    .filter((command) => `${command}_resp` in PDUS)
    .map((command) => [command, responseOf(command as Request)]),
) as { readonly [R in Request]: `${R}_resp` }

/** A request with a response of its own: customers' gateways look for that one, and some overlook a generic_nack. */
const requestOf = (commandId: number): Request | undefined => {
  const command = layoutOf(commandId)?.command
  return command !== undefined && command in RESPONSE_TO ? (command as Request) : undefined
}

/** The response to a request: its sequence number, a status, and for those that have one a message_id. */
export const respond = (
  request: { readonly command: Request; readonly sequence: number },
  status = 0,
  messageId = '',
): PduInput =>
  ({
    command: responseOf(request.command),
    sequence: request.sequence,
    status,
    ...(messageId === '' ? {} : { message_id: messageId }),
  }) as PduInput
