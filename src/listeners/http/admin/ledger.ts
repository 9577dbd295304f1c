import { z } from 'zod'
import type { createStatement } from '../../../account/statement.ts'
import { type Closings, presentClosing } from '../../../operator/closing.ts'
import type { createCorrection, createTransfer } from '../../../operator/correction.ts'
import type { createTopUp } from '../../../operator/topup.ts'
import { type AdminRequest, type Endpoint, given, param, readBody } from './endpoint.ts'

export interface LedgerParts {
  readonly topUp: ReturnType<typeof createTopUp>
  readonly correct: ReturnType<typeof createCorrection>
  readonly transfer: ReturnType<typeof createTransfer>
  readonly statement: ReturnType<typeof createStatement>
  readonly closings: Pick<Closings, 'list'>
}

const text = z.string().max(1_000)
const money = z.union([z.string().max(40), z.number()]).transform(String)
const purse = z.int()

/** Money: what moves a balance, and what shows how it moved. */
export function ledgerEndpoints({ topUp, correct, transfer, statement, closings }: LedgerParts): Endpoint[] {
  return [
    {
      method: 'POST',
      path: '/accounts/:login/topup',
      run: async (request) => {
        const body = readBody(request, z.strictObject({ amount: money, note: text.optional(), purse: purse.optional() }))
        return topUp(param(request, 'login'), body.amount, body.note, body.purse)
      },
    },
    {
      method: 'POST',
      path: '/accounts/:login/correct',
      run: async (request) => {
        const body = readBody(request, z.strictObject({ amount: money, reason: text.default(''), purse: purse.optional() }))
        return correct(param(request, 'login'), body.amount, body.reason, body.purse)
      },
    },
    {
      method: 'POST',
      path: '/accounts/:login/transfer',
      run: async (request) => {
        const body = readBody(request, z.strictObject({ amount: money, from: purse, note: text.optional() }))
        return transfer(param(request, 'login'), body.amount, body.from, body.note)
      },
    },
    {
      method: 'GET',
      path: '/accounts/:login/statement',
      run: (request) =>
        statement(
          param(request, 'login'),
          given({
            from: asked(request, 'from'),
            to: asked(request, 'to'),
            purse: request.query.has('purse') ? Number(request.query.get('purse')) : undefined,
            each: request.query.get('each') === '1',
          }),
        ),
    },
    {
      method: 'GET',
      path: '/closings',
      run: async (request) => (await closings.list(asked(request, 'login'), asked(request, 'month'))).map(presentClosing),
    },
  ]
}

const asked = ({ query }: AdminRequest, name: string): string | undefined => query.get(name) ?? undefined
