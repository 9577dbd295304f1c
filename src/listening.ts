import type { ApiLog } from './account/api-log.ts'
import type { IpBlock } from './account/ip-block.ts'
import type { LimitsOfNode } from './account/limits.ts'
import { createThroughput } from './account/throughput.ts'
import type { Config } from './config.ts'
import { type Built, customerRoutes } from './customer-api.ts'
import type { Deliveries } from './lifecycle/deliveries.ts'
import { adminHandler } from './listeners/http/admin/handler.ts'
import { createBodyReader } from './listeners/http/body.ts'
import { healthRoute, metricsRoute, robotsRoute } from './listeners/http/pages.ts'
import { createHttpServer, type HttpListener } from './listeners/http/server.ts'
import { createShortLinks } from './listeners/http/short-links.ts'
import { createOrderOperations } from './listeners/smpp/order-operations.ts'
import { makeReceiving } from './listeners/smpp/receiving.ts'
import { createSmppListener } from './listeners/smpp/server.ts'
import { createSubmittingOperations } from './listeners/smpp/submitting-operations.ts'
import type { Health } from './operator/health.ts'
import type { Metrics } from './operator/metrics.ts'

/** What runs, as those who come to the doors of the centre need it. */
export interface Behind extends Omit<Built, 'listener' | 'config'> {
  readonly config: Config
  readonly limits: LimitsOfNode
  readonly apiLog: ApiLog
  readonly ipBlock: IpBlock
  readonly deliveries: Deliveries
  readonly health: Health
  readonly metrics: Metrics
  readonly admin: Pick<Parameters<typeof adminHandler>[0], 'token' | 'inForce' | 'endpoints'>
}

/** The doors: HTTP for customers, operators and visitors of links, SMPP for customers. Built, not started. */
export function openListeners(behind: Behind) {
  const { config, path, signing, limits, health, metrics, apiLog } = behind
  const listener = { signIn: signing.signIn, limits, readBody: createBodyReader(), observe: metrics.answered, apiLog }
  const admin = adminHandler({ ...behind.admin, ipBlock: behind.ipBlock })
  const { tlsCert: certFile, tlsKey: keyFile, trustedProxies } = config
  const http: HttpListener = createHttpServer({
    host: config.host,
    port: config.httpPort,
    https: certFile ? { certFile, keyFile, port: config.httpsPort } : undefined,
    trustedProxies,
    operatorsFrom: config.adminAllow,
    routes: [
      ...customerRoutes({ ...behind, listener }),
      healthRoute(health.report),
      metricsRoute(metrics.render),
      { path: '/admin/*', operatorsOnly: true, handle: (call) => admin(call) },
      robotsRoute,
    ],
    otherwise: createShortLinks({ follow: path.follow }),
  })
  const throughput = createThroughput()
  const smpp = createSmppListener({
    host: config.host,
    port: config.smppPort,
    tls: certFile ? { certFile, keyFile, port: config.smppTlsPort } : undefined,
    trustedProxies,
    signing,
    operations: {
      ...createSubmittingOperations(
        { accept: path.accept, limits, throughput },
        { submitMulti: config.smppSubmitMulti, noMoneyStatus: config.smppNoMoneyStatus },
      ),
      ...createOrderOperations({ orders: path.orders, throughput }, { cancelAndReplace: config.smppCancelReplace }),
    },
    events: makeReceiving(behind.deliveries),
  })
  return { http, smpp }
}
