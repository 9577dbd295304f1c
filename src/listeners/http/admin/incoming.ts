import { z } from 'zod'
import { type OptOutDesk, presentOptOut } from '../../../account/opt-outs.ts'
import { Refusal } from '../../../domain/refusal.ts'
import type { Keywords } from '../../../operator/keywords.ts'
import { presentUnclaimed, type UnclaimedDesk } from '../../../operator/unclaimed.ts'
import { type Endpoint, param, readBody } from './endpoint.ts'

const text = z.string().max(100)
const Assign = z.strictObject({ account: text })
const AddKeyword = z.strictObject({ word: text, account: text })

export interface IncomingServices {
  readonly unclaimed: UnclaimedDesk
  readonly keywords: Keywords
  readonly optOuts: Pick<OptOutDesk, 'list' | 'revoke'>
}

/** What handsets wrote, as far as the operator has to see to it. */
export const incomingEndpoints = ({ unclaimed, keywords, optOuts }: IncomingServices): Endpoint[] => [
  {
    method: 'GET',
    path: '/incoming/unclaimed',
    async run({ query }) {
      const before = query.get('before')
      return (await unclaimed.list(before === null ? undefined : readId('before', before))).map(presentUnclaimed)
    },
  },
  {
    method: 'POST',
    path: '/incoming/:id/assign',
    run: async (request) => ({
      id: await unclaimed.assign(readId('id', param(request, 'id')), readBody(request, Assign).account),
    }),
  },
  { method: 'GET', path: '/keywords', run: () => keywords.list() },
  {
    method: 'POST',
    path: '/keywords',
    run: async (request) => {
      const { word, account } = readBody(request, AddKeyword)
      return keywords.add(word, account)
    },
  },
  { method: 'DELETE', path: '/keywords/:word', run: (request) => keywords.remove(param(request, 'word')) },
  {
    method: 'GET',
    path: '/accounts/:login/opt-outs',
    run: async (request) => (await optOuts.list(param(request, 'login'))).map(presentOptOut),
  },
  {
    method: 'DELETE',
    path: '/accounts/:login/opt-outs/:phone',
    run: (request) => optOuts.revoke(param(request, 'login'), param(request, 'phone')),
  },
]

function readId(field: string, written: string): number {
  const id = /^\d{1,16}$/.test(written) ? Number(written) : Number.NaN
  if (Number.isSafeInteger(id)) return id
  const reason = `'${written.slice(0, 30)}' is no number of a message: heliogram incoming unclaimed.`
  throw new Refusal('bad_request', { field, reason })
}
