import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApiLog } from '../../src/account/api-log.ts'
import type { IpBlock } from '../../src/account/ip-block.ts'
import { accountEndpoints } from '../../src/listeners/http/admin/accounts.ts'
import { carrierEndpoints } from '../../src/listeners/http/admin/carriers.ts'
import { centreEndpoints, type Sandbox } from '../../src/listeners/http/admin/centre.ts'
import type { Endpoint } from '../../src/listeners/http/admin/endpoint.ts'
import { adminHandler } from '../../src/listeners/http/admin/handler.ts'
import { ledgerEndpoints } from '../../src/listeners/http/admin/ledger.ts'
import { messageEndpoints } from '../../src/listeners/http/admin/messages.ts'
import { numberEndpoints } from '../../src/listeners/http/admin/numbers.ts'
import { routeEndpoints } from '../../src/listeners/http/admin/routes.ts'
import { priceEndpoints } from '../../src/listeners/http/admin/tariffs.ts'
import { traceEndpoints } from '../../src/listeners/http/admin/traces.ts'
import type { openOperator } from './operator.ts'

export const TOKEN = 'test-token-of-the-operator'

/** All endpoints over the operator's use cases. */
export const allEndpoints = (operator: ReturnType<typeof openOperator>, sandbox?: Sandbox): Endpoint[] => [
  ...accountEndpoints({ ...operator, apiLog: createApiLog() }),
  ...carrierEndpoints(operator.carriers),
  ...routeEndpoints(operator.routes, operator.explain, operator.listQuality),
  ...priceEndpoints(operator),
  ...numberEndpoints(operator.numbers),
  ...ledgerEndpoints(operator),
  ...messageEndpoints(operator.trace),
  ...traceEndpoints(operator.switches),
  ...centreEndpoints({ audit: operator.audit, nodes: operator.nodes, backUp: operator.backUp, sandbox }),
]

/** The admin API on a port of its own. */
export async function serveAdmin(
  endpoints: readonly Endpoint[],
  ipBlock: IpBlock,
): Promise<{ url: string; close(): Promise<void> }> {
  const handle = adminHandler({ token: TOKEN, ipBlock, endpoints })
  const server = createServer((req, res) => void handle({ req, res, ip: req.socket.remoteAddress ?? '' }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
