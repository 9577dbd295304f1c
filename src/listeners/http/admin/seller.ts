import { z } from 'zod'
import type { Sellers } from '../../../operator/seller.ts'
import { type Endpoint, given, readBody } from './endpoint.ts'

const text = z.string().max(2_000).optional()
const Change = z.strictObject({
  ...{ name: text, nameEn: text, details: text, detailsEn: text, bank: text, bankEn: text, signatory: text, signatoryEn: text },
  vat: z.number().nullable().optional(),
})

export const sellerEndpoints = (sellers: Sellers): Endpoint[] => [
  { method: 'GET', path: '/seller', run: () => sellers.show() },
  { method: 'PATCH', path: '/seller', run: (request) => sellers.set(given(readBody(request, Change))) },
]
