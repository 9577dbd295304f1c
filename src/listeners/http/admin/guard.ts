import { z } from 'zod'
import { presentCase } from '../../../operator/guard.ts'
import type { GuardDesk } from '../../../operator/guard-desk.ts'
import { answerSlowly, type Endpoint, given, readBody } from './endpoint.ts'

const word = z.string().max(100)
const whole = z.number().int()

const Change = z
  .strictObject({
    mode: word,
    account: word,
    actions: z.record(word, word),
    limits: z.record(word, z.number()),
  })
  .partial()
const Which = z.strictObject({ case: whole, message: whole }).partial()
const Trust = z.strictObject({ account: word, number: word, note: z.string().max(1000), off: z.boolean() }).partial()
const Confirm = z.strictObject({ account: word, phones: z.array(word).max(10_000) })
const Simulate = z.strictObject({ hours: whole, csv: z.string(), limits: z.record(word, z.number()) }).partial()

/** The guard against traffic pumping. */
export function guardEndpoints(guard: GuardDesk): Endpoint[] {
  return [
    { method: 'GET', path: '/guard', run: () => guard.status() },
    {
      method: 'PATCH',
      path: '/guard',
      run: async (request) => {
        await guard.set(given(readBody(request, Change)))
        return guard.status()
      },
    },
    {
      method: 'GET',
      path: '/guard/cases',
      run: async ({ query }) =>
        (await guard.cases(query.get('account') ?? '', Number(query.get('days') ?? '7') || 7)).map(presentCase),
    },
    { method: 'POST', path: '/guard/release', run: (request) => guard.release(given(readBody(request, Which))) },
    { method: 'POST', path: '/guard/drop', run: (request) => guard.drop(given(readBody(request, Which))) },
    { method: 'POST', path: '/guard/trust', run: (request) => guard.trust(given(readBody(request, Trust))) },
    {
      method: 'POST',
      path: '/guard/confirmations',
      run: (request) => {
        const { account, phones } = readBody(request, Confirm)
        return guard.confirm(account, phones)
      },
    },
    {
      method: 'POST',
      path: '/guard/simulate',
      run: (request) => answerSlowly(request, guard.simulate(given(readBody(request, Simulate)))),
    },
  ]
}
