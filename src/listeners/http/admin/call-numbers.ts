import { z } from 'zod'
import type { CallNumbers } from '../../../operator/call-numbers.ts'
import { type Endpoint, param, readBody } from './endpoint.ts'

const Calls = z.strictObject({ calls: z.string().max(100) })

export const callNumberEndpoints = (numbers: CallNumbers): Endpoint[] => [
  {
    method: 'PUT',
    path: '/numbers/:number/calls',
    run: (request) => numbers.set(param(request, 'number'), readBody(request, Calls).calls),
  },
]
