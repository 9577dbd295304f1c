import { z } from 'zod'
import type { createAudit } from '../../../operator/audit.ts'
import type { createExport } from '../../../operator/backup.ts'
import { type createListNodes, presentNode } from '../../../operator/nodes.ts'
import { answerSlowly, type Endpoint, readBody } from './endpoint.ts'

/** What only a sandbox can do: play the person with the phone. */
export interface Sandbox {
  /** A message from a handset; rejects with a Refusal when nobody takes messages for `to`. */
  readonly incoming: (message: { from: string; to: string; text: string }) => Promise<unknown>
}

export interface CentreParts {
  readonly audit: ReturnType<typeof createAudit>
  readonly nodes: ReturnType<typeof createListNodes>
  readonly backUp: ReturnType<typeof createExport>
  readonly sandbox: Sandbox | undefined // undefined: in production
}

const Incoming = z.strictObject({ from: z.string().min(1).max(64), to: z.string().min(1).max(64), text: z.string().max(10_000) })

/** The centre as a whole. */
export function centreEndpoints({ audit, nodes, backUp, sandbox }: CentreParts): Endpoint[] {
  return [
    { method: 'GET', path: '/audit', run: (request) => answerSlowly(request, audit()) },
    { method: 'GET', path: '/nodes', run: async () => (await nodes()).map(presentNode) },
    {
      method: 'POST',
      path: '/export',
      run: async (request) =>
        answerSlowly(request, backUp(readBody(request, z.strictObject({ folder: z.string().max(4_000) })).folder)),
    },
    ...(sandbox ? [incomingEndpoint(sandbox)] : []),
  ]
}

const incomingEndpoint = (sandbox: Sandbox): Endpoint => ({
  method: 'POST',
  path: '/sandbox/mo',
  run: (request) => sandbox.incoming(readBody(request, Incoming)),
})
