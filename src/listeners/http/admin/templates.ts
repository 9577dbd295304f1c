import { z } from 'zod'
import { OPERATOR_FLAGS } from '../../../domain/operator-template.ts'
import { Refusal } from '../../../domain/refusal.ts'
import { presentTemplate, type TemplateDesk } from '../../../operator/template-desk.ts'
import { type AdminRequest, type Endpoint, param, readBody } from './endpoint.ts'
import { readListing } from './moderation.ts'

const Add = z.strictObject({
  login: z.string().max(1_000),
  text: z.string().max(10_000),
  sender: z.string().max(1_000).default(''),
  operators: z.array(z.enum(OPERATOR_FLAGS)).max(OPERATOR_FLAGS.length).default([]),
})
const Reject = z.strictObject({ reason: z.string().max(1_000) })

const idOf = (request: AdminRequest): number => {
  const written = param(request, 'id')
  if (/^\d{1,10}$/.test(written)) return Number(written)
  throw new Refusal('bad_request', { field: 'id', reason: `'${written.slice(0, 40)}' is no number of a template.` })
}

export function templateEndpoints(desk: TemplateDesk): Endpoint[] {
  return [
    {
      method: 'GET',
      path: '/templates',
      run: async (request) => (await desk.list(readListing(request))).map(presentTemplate),
    },
    {
      method: 'POST',
      path: '/templates',
      run: async (request) => {
        const { login, ...template } = readBody(request, Add)
        return presentTemplate(await desk.add(login, template))
      },
    },
    { method: 'GET', path: '/templates/:id', run: async (request) => presentTemplate(await desk.show(idOf(request))) },
    {
      method: 'POST',
      path: '/templates/:id/approve',
      run: async (request) => presentTemplate(await desk.approve(idOf(request))),
    },
    {
      method: 'POST',
      path: '/templates/:id/reject',
      run: async (request) => presentTemplate(await desk.reject(idOf(request), readBody(request, Reject).reason)),
    },
  ]
}
