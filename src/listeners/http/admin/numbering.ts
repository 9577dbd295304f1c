import { z } from 'zod'
import { Refusal } from '../../../domain/refusal.ts'
import type { Numbering } from '../../../lifecycle/numbering.ts'
import type { NumberingOffice } from '../../../operator/numbering.ts'
import { type AdminRequest, answerSlowly, type Endpoint, fileOf, readBody } from './endpoint.ts'
import { withSpooled } from './spool.ts'

/** The published register has 3 MB. */
const REGISTER_OCTETS_MAX = 32 * 1024 * 1024

const Remove = z.strictObject({ numbers: z.array(z.string().max(40)).min(1).max(1_000) })

const flag = ({ query }: AdminRequest, name: string): boolean => query.get(name) === '1'

/** The numbering plan: the register, the operator's overrides, and what both say of a number. */
export function numberingEndpoints(
  { register, overrides }: NumberingOffice,
  numbering: Pick<Numbering, 'inForce' | 'lookUp' | 'ported'>,
  uploads: string, // the folder where files lie while they are worked on
): Endpoint[] {
  return [
    {
      method: 'GET',
      path: '/numbering',
      run: async () => {
        const { prefixes, numbers } = await overrides.count()
        const { filterOctets, readMs } = numbering.inForce()
        return {
          register: await register.status(),
          overrides: { prefixes, numbers },
          memory: { filter_octets: filterOctets, read_ms: readMs },
        }
      },
    },
    {
      method: 'POST',
      path: '/numbering/register',
      fileMax: REGISTER_OCTETS_MAX,
      run: (request) =>
        register.import({ file: fileOf(request), dated: request.query.get('date') ?? undefined, apply: flag(request, 'apply') }),
    },
    { method: 'DELETE', path: '/numbering/register', run: () => register.reset() },
    { method: 'GET', path: '/numbering/overrides', run: ({ query }) => overrides.list(query.get('beginning') ?? '') },
    {
      method: 'POST',
      path: '/numbering/overrides',
      streams: true,
      run: (request) => {
        const [apply, replace] = [flag(request, 'apply'), flag(request, 'replace')]
        return withSpooled(request.raw.req, uploads, (file) => answerSlowly(request, overrides.import({ file, apply, replace })))
      },
    },
    { method: 'DELETE', path: '/numbering/overrides', run: (request) => overrides.remove(readBody(request, Remove).numbers) },
    {
      method: 'GET',
      path: '/numbering/numbers/:number',
      run: async ({ params: { number = '' } }) => {
        const digits = number.replace(/^\+/, '')
        if (!/^\d{1,15}$/.test(digits)) {
          throw new Refusal('bad_request', {
            field: 'number',
            reason: `'${number.slice(0, 30)}' is no number: write digits with the calling code.`,
          })
        }
        const ported = (await numbering.ported([digits])).get(digits)
        return { number: digits, ported: ported !== undefined, ...(ported ?? numbering.lookUp(digits)) }
      },
    },
  ]
}
