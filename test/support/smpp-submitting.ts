import type { Account } from '../../src/domain/account.ts'
import type { Accepted, RecipientOutcome, SendRequest } from '../../src/lifecycle/request.ts'
import type { Bound, Operation, Reply } from '../../src/listeners/smpp/bound.ts'
import { createSubmittingOperations, type SubmittingSettings } from '../../src/listeners/smpp/submitting-operations.ts'
import type { PduInput, PduOf, Request } from '../../src/protocols/smpp/pdu.ts'
import { fakeBound, received } from './smpp-bound.ts'

export const outcome = (phone: string, status = 0, err = 0): RecipientOutcome => ({
  phone,
  mccmnc: '25001',
  price: status === 0 ? 1n : 0n,
  parts: 1,
  status,
  err,
})

export const accepted = (of: Partial<Accepted> = {}): Accepted => ({
  ref: 855469,
  parts: 1,
  price: 1n,
  balance: 100n,
  recipients: [outcome('79161234567')],
  refusal: undefined,
  ...of,
})

/** The operations that submit over a centre that says what it is told to, and counts what it was asked. */
export function submitting(
  accept: (request: SendRequest) => Accepted | Promise<Accepted> = () => accepted(),
  parts: { allow?: (account: Account, key: bigint) => boolean; throughput?: (count: number) => boolean } = {},
  settings: Partial<SubmittingSettings> = {},
) {
  const requests: SendRequest[] = []
  const givenBack: (string | bigint)[] = []
  const operations = createSubmittingOperations(
    {
      accept: async (request) => {
        requests.push(request)
        return await accept(request)
      },
      limits: {
        allow: (account, _, key) => parts.allow?.(account, key as bigint) ?? true,
        giveBack: (_, __, key) => void givenBack.push(key),
      },
      throughput: { take: (_, count) => parts.throughput?.(count) ?? true },
      now: () => Date.UTC(2026, 10, 22, 12),
    },
    { submitMulti: true, ...settings },
  )

  /** Every answer it gave, once nothing more can come. */
  async function answersTo<R extends Request>(
    operation: Operation<R>,
    pdu: PduOf<R>,
    session: Bound = fakeBound(),
  ): Promise<Reply<R>[]> {
    const answers: Reply<R>[] = []
    operation(session, pdu, (reply) => void answers.push(reply))
    await new Promise((resolve) => setImmediate(resolve))
    return answers
  }

  return {
    operations,
    requests,
    givenBack,
    answersTo,
    submitSm: (fields: Partial<PduInput<'submit_sm'>> = {}, session?: Bound) =>
      answersTo(
        operations.submit_sm,
        received<'submit_sm'>({
          destination_addr: '79161234567',
          short_message: Buffer.from('Hello'),
          ...fields,
          command: 'submit_sm',
          sequence: 1,
        }),
        session,
      ),
  }
}
