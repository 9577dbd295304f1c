import { z } from 'zod'
import { Refusal } from '../../../domain/refusal.ts'
import type { createAudit } from '../../../operator/audit.ts'
import type { createExport } from '../../../operator/backup.ts'
import { type createListNodes, presentNode } from '../../../operator/nodes.ts'
import { answerSlowly, type Endpoint, readBody } from './endpoint.ts'

/** What only a sandbox can do: play the person with the phone. */
export interface Sandbox {
  /** A message from a handset; rejects with a Refusal when nobody takes messages for `to`. */
  readonly incoming: (message: { from: string; to: string; text: string }) => Promise<unknown>
  /** A call from a handset; resolves with whether somebody waited for it. */
  readonly call: (from: string, to: string) => Promise<boolean>
}

export interface CentreParts {
  readonly audit: ReturnType<typeof createAudit>
  readonly nodes: ReturnType<typeof createListNodes>
  readonly backUp: ReturnType<typeof createExport>
  readonly sandbox: Sandbox | undefined // undefined: in production
}

const Incoming = z.strictObject({ from: z.string().min(1).max(64), to: z.string().min(1).max(64), text: z.string().max(10_000) })

const Call = Incoming.omit({ text: true })

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
    ...(sandbox ? [incomingEndpoint(sandbox), callEndpoint(sandbox)] : []),
  ]
}

const incomingEndpoint = (sandbox: Sandbox): Endpoint => ({
  method: 'POST',
  path: '/sandbox/mo',
  run: (request) => sandbox.incoming(readBody(request, Incoming)),
})

const callEndpoint = (sandbox: Sandbox): Endpoint => ({
  method: 'POST',
  path: '/sandbox/call',
  async run(request) {
    const { from, to } = readBody(request, Call)
    if (await sandbox.call(from, to)) return { from, to }
    const reason = `Nobody waits for a call from ${from} to ${to}: wait_call.php says which numbers can be called, for ten minutes.`
    throw new Refusal('not_found', { reason })
  },
})
