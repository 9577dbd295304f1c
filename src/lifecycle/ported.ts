import type { LookUp } from '../domain/number/plan.ts'
import { parseRecipient } from '../domain/number/recipient.ts'
import { ADDRESSED_BY, type House } from './compose.ts'
import type { Numbering } from './numbering.ts'
import type { SendRequest } from './request.ts'

/** After so many recipients others have their turn. */
const SLICE = 2_000

type Ported = Pick<Numbering, 'lookUp' | 'ported'>

/** A look-up that knows who of these numbers is ported: one question to the store for all that may be. */
export async function lookUpOf(numbering: Ported, numbers: Iterable<string>): Promise<LookUp> {
  const ported = await numbering.ported(numbers)
  return ported.size === 0 ? numbering.lookUp : (number) => ported.get(number) ?? numbering.lookUp(number)
}

/** The house as this request sees it. Only called when somebody's number is ported: recipients are read twice then. */
export async function withPorted(house: House, request: SendRequest, numbering: Ported): Promise<House> {
  const kind = ADDRESSED_BY[request.channel] ?? 'number'
  const numbers = new Set<string>()
  let count = 0
  for (const { phones } of request.lines) {
    for (const phone of phones) {
      const recipient = parseRecipient(phone, kind, house.profile)
      if ('to' in recipient && !('problem' in recipient)) numbers.add(recipient.to)
      if (++count % SLICE === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { ...house, lookUp: await lookUpOf(numbering, numbers) }
}
