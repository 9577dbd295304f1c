import { z } from 'zod'
import { Refusal } from '../../../domain/refusal.ts'
import type { Orphans } from '../../../operator/orphans.ts'
import { answerSlowly, type Endpoint, given, param, readBody } from './endpoint.ts'

const text = z.string().max(100)
const Attach = z.strictObject({ message: z.int(), anyway: z.boolean() }).partial()
const AttachAll = z.strictObject({ carrier: text, since: text }).partial({ since: true })
const ForgetAll = z.strictObject({ carrier: text, before: text }).partial({ before: true })

/** Receipts that have found no message. */
export function receiptEndpoints(orphans: Orphans): Endpoint[] {
  return [
    {
      method: 'GET',
      path: '/receipts/orphans',
      run: (request) => {
        const { query } = request
        const wish = given({ carrier: written(query, 'carrier'), since: written(query, 'since') })
        const numbers = given({ withinHours: whole(query, 'within_hours'), limit: whole(query, 'limit') })
        return answerSlowly(request, orphans.list({ ...wish, ...numbers }))
      },
    },
    {
      method: 'POST',
      path: '/receipts/orphans/:id/attach',
      run: async (request) => {
        const { message, anyway = false } = readBody(request, Attach)
        return orphans.attach(Number(param(request, 'id')), message, anyway)
      },
    },
    {
      method: 'POST',
      path: '/receipts/attach-all',
      run: async (request) => {
        const { carrier, since } = readBody(request, AttachAll)
        return answerSlowly(request, orphans.attachAll(carrier, since))
      },
    },
    { method: 'DELETE', path: '/receipts/orphans/:id', run: async (request) => orphans.forget(Number(param(request, 'id'))) },
    {
      method: 'POST',
      path: '/receipts/forget-all',
      run: async (request) => {
        const { carrier, before } = readBody(request, ForgetAll)
        return answerSlowly(request, orphans.forgetAll(carrier, before))
      },
    },
  ]
}

const written = (query: URLSearchParams, name: string): string | undefined => query.get(name)?.slice(0, 100)

function whole(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name)
  if (value === null) return undefined
  if (!/^\d{1,6}$/.test(value)) throw new Refusal('bad_request', { field: name, reason: `${name} is a whole number.` })
  return Number(value)
}
