import { z } from 'zod'
import { Refusal } from '../../../domain/refusal.ts'
import { presentSender, type SenderDesk } from '../../../operator/sender-desk.ts'
import { respondFile } from '../respond.ts'
import { type AdminRequest, type Endpoint, param, readBody, STREAMED } from './endpoint.ts'
import { readListing } from './moderation.ts'

const text = z.string().max(1_000)
const Add = z.strictObject({
  login: text,
  sender: text,
  comment: text.default('by the operator'),
  mail: z.boolean().default(false),
})
const Reject = z.strictObject({ reason: text })
const Operators = z.record(z.string().max(40), z.number().nullable())

const idOf = (request: AdminRequest, name = 'id'): number => {
  const written = param(request, name)
  if (/^\d{1,10}$/.test(written)) return Number(written)
  throw new Refusal('bad_request', { field: name, reason: `'${written.slice(0, 40)}' is no number of a name or document.` })
}

export function senderEndpoints(desk: SenderDesk): Endpoint[] {
  return [
    {
      method: 'GET',
      path: '/senders',
      run: async (request) => (await desk.list(readListing(request))).map(presentSender),
    },
    {
      method: 'POST',
      path: '/senders',
      run: async (request) => {
        const { login, sender, comment, mail } = readBody(request, Add)
        return presentSender(await desk.add(login, { sender, comment, isMail: mail }))
      },
    },
    {
      method: 'GET',
      path: '/senders/:id',
      run: async (request) => {
        const { sender, documents } = await desk.show(idOf(request))
        const listed = documents.map(({ id, name, type, size, info, addedAt }) => ({
          ...{ id, name, type, size, info },
          added_at: new Date(addedAt).toISOString(),
        }))
        return { ...presentSender(sender), documents: listed }
      },
    },
    { method: 'POST', path: '/senders/:id/approve', run: async (request) => presentSender(await desk.approve(idOf(request))) },
    {
      method: 'POST',
      path: '/senders/:id/reject',
      run: async (request) => presentSender(await desk.reject(idOf(request), readBody(request, Reject).reason)),
    },
    {
      method: 'PATCH',
      path: '/senders/:id/operators',
      run: async (request) => presentSender(await desk.setOperators(idOf(request), readBody(request, Operators))),
    },
    {
      method: 'GET',
      path: '/senders/:id/documents/:document',
      run: async (request) => {
        await respondFile(request.raw.res, await desk.document(idOf(request), idOf(request, 'document')))
        return STREAMED
      },
    },
  ]
}
