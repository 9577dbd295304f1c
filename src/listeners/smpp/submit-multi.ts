import type { Accepted, RecipientOutcome } from '../../lifecycle/request.ts'
import type { Destination, DestinationAddress, Unsuccessful } from '../../protocols/smpp/pdu.ts'
import { STATUS } from '../../protocols/smpp/status.ts'
import type { Operation, Reply } from './bound.ts'
import { type RefusalTable, statusOfRecipient } from './refusals.ts'
import { readSubmission } from './submission.ts'
import type { SubmitParts } from './submit-sm.ts'
import { THROTTLED } from './submit-sm.ts'

const DESTINATIONS_MAX = 254 // SMPP 3.4, 4.5.1
const ADDRESS_CHARACTERS_MAX = 20

/**
 * submit_multi (SMPP 3.4, 4.5): one request with one message_id for all its recipients; who was refused is listed. There are no
 * distribution lists. Where nobody was accepted the answer is an error, the first one's.
 */
export function createSubmitMulti({ submit, throughput, refusals, now }: SubmitParts): Operation<'submit_multi'> {
  return (session, pdu, answer) => {
    const { dest_address: destinations } = pdu
    if (destinations.length === 0 || destinations.length > DESTINATIONS_MAX) return answer(INVALID_NUMBER)
    if (!throughput.take(session.account(), destinations.length)) return answer(THROTTLED)
    const addresses = distinct(destinations)
    const lists = destinations.flatMap((one): Unsuccessful[] => ('address' in one ? [] : [refusedList(one.distributionList)]))
    if (addresses.length === 0) return answer(replyOf(refusedWith(STATUS.ESME_RINVDLNAME), lists))
    const phones = addresses.map(({ address }) => address)
    const request = readSubmission(session, pdu, phones, now())
    if (typeof request === 'number') return answer({ status: request })
    submit(session, request, (outcome) => {
      if (typeof outcome === 'number') return answer({ status: outcome })
      const refused = refusedOf(addresses, outcome, refusals)
      answer(replyOf(outcome.refusal === undefined ? outcome : refusedWith(refused[0]?.status), [...refused, ...lists]))
    })
  }
}

const INVALID_NUMBER = { status: STATUS.ESME_RINVNUMDESTS } as const

const refusedWith = (status: number = STATUS.ESME_RSUBMITFAIL) => ({ status })

const replyOf = (
  outcome: Pick<Accepted, 'ref'> | { readonly status: number },
  unsuccess_sme: readonly Unsuccessful[],
): Reply<'submit_multi'> =>
  'ref' in outcome ? { message_id: String(outcome.ref), unsuccess_sme } : { status: outcome.status, unsuccess_sme }

const written = (address: string): string => address.slice(0, ADDRESS_CHARACTERS_MAX)

const refusedList = (name: string): Unsuccessful => ({
  ton: 0,
  npi: 0,
  address: written(name),
  status: STATUS.ESME_RINVDLNAME,
})

/** An address given twice is sent to once. */
function distinct(destinations: readonly Destination[]): readonly DestinationAddress[] {
  const found = new Map<string, DestinationAddress>()
  for (const one of destinations) if ('address' in one && !found.has(one.address)) found.set(one.address, one)
  return [...found.values()]
}

/** The outcomes stand in the order of the addresses, but a number spelled in two ways has one. */
function refusedOf(addresses: readonly DestinationAddress[], outcome: Accepted, table: RefusalTable): Unsuccessful[] {
  const { recipients } = outcome
  const refused: Unsuccessful[] = []
  let next = 0
  for (const [index, { ton, npi, address }] of addresses.entries()) {
    const recipient = recipients[next]
    const left = addresses.length - index
    if (!recipient || (left > recipients.length - next && !isSame(address, recipient))) continue
    next += 1
    if (recipient.status !== 0) refused.push({ ton, npi, address: written(address), status: statusOfRecipient(recipient, table) })
  }
  return refused
}

const TELLING_DIGITS = 9

/** Spellings of a number differ in front and between. */
const isSame = (address: string, { phone }: RecipientOutcome): boolean => tail(address) === tail(phone)
const tail = (address: string): string => {
  const digits = address.replace(/\D+/g, '')
  return digits === '' ? address : digits.slice(-TELLING_DIGITS)
}
