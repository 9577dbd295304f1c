import { createAccess } from './account/access.ts'
import type { createAddAccount } from './account/add.ts'
import type { ApiLog } from './account/api-log.ts'
import { createKeys } from './account/keys.ts'
import { createNotifications } from './account/notifications.ts'
import { createNotifyGroups } from './account/notify-groups.ts'
import type { OptOutDesk } from './account/opt-outs.ts'
import type { SenderBook } from './account/sender-book.ts'
import { createShowAccounts } from './account/show.ts'
import { createStatement } from './account/statement.ts'
import { createOperatorTemplates, type OperatorTemplateParts } from './account/templates.ts'
import { now } from './clock.ts'
import type { Config } from './config.ts'
import { connectorKinds } from './connectors/index.ts'
import { makeCallReceived } from './lifecycle/calls.ts'
import type { startCarrierChecks } from './lifecycle/carrier-checks.ts'
import type { CatalogueKeeper } from './lifecycle/catalogue.ts'
import type { watchTraffic } from './lifecycle/guard-watch.ts'
import { makeLiveRouting } from './lifecycle/live-routing.ts'
import { createSendNotice } from './lifecycle/notice.ts'
import type { Notifications } from './lifecycle/notify.ts'
import type { Numbering } from './lifecycle/numbering.ts'
import type { Path } from './lifecycle/path.ts'
import { lookUpOf } from './lifecycle/ported.ts'
import { accountEndpoints } from './listeners/http/admin/accounts.ts'
import { callNumberEndpoints } from './listeners/http/admin/call-numbers.ts'
import { carrierCheckEndpoints } from './listeners/http/admin/carrier-checks.ts'
import { carrierEndpoints } from './listeners/http/admin/carriers.ts'
import { centreEndpoints } from './listeners/http/admin/centre.ts'
import type { Endpoint } from './listeners/http/admin/endpoint.ts'
import { guardEndpoints } from './listeners/http/admin/guard.ts'
import { incomingEndpoints } from './listeners/http/admin/incoming.ts'
import { ledgerEndpoints } from './listeners/http/admin/ledger.ts'
import { mailingEndpoints } from './listeners/http/admin/mailings.ts'
import { messageEndpoints } from './listeners/http/admin/messages.ts'
import { notificationEndpoints } from './listeners/http/admin/notifications.ts'
import { notifyGroupEndpoints } from './listeners/http/admin/notify-groups.ts'
import { numberingEndpoints } from './listeners/http/admin/numbering.ts'
import { numberEndpoints } from './listeners/http/admin/numbers.ts'
import { receiptEndpoints } from './listeners/http/admin/receipts.ts'
import { routeEndpoints } from './listeners/http/admin/routes.ts'
import { sellerEndpoints } from './listeners/http/admin/seller.ts'
import { senderEndpoints } from './listeners/http/admin/senders.ts'
import { shapingEndpoints } from './listeners/http/admin/shaping.ts'
import { smppEndpoints } from './listeners/http/admin/smpp.ts'
import { priceEndpoints } from './listeners/http/admin/tariffs.ts'
import { templateEndpoints } from './listeners/http/admin/templates.ts'
import { traceEndpoints } from './listeners/http/admin/traces.ts'
import type { SmppListener } from './listeners/smpp/server.ts'
import { tellPdu } from './listeners/smpp/told.ts'
import type { MailingOffice } from './mailing/office.ts'
import { createExport } from './operator/backup.ts'
import { createCallNumbers } from './operator/call-numbers.ts'
import { createCarrierChecks } from './operator/carrier-checks.ts'
import type { createCarriers } from './operator/carriers.ts'
import { createGuardDesk } from './operator/guard-desk.ts'
import { createKeywords } from './operator/keywords.ts'
import type { createLedger } from './operator/ledger.ts'
import { createListNodes } from './operator/nodes.ts'
import { createNumberingOffice } from './operator/numbering.ts'
import { createNumbers } from './operator/numbers.ts'
import { createOrphans } from './operator/orphans.ts'
import { createPrices } from './operator/prices.ts'
import { createExplain } from './operator/route-explain.ts'
import { createListQuality } from './operator/route-quality.ts'
import type { createRoutes } from './operator/routes.ts'
import { createSellers } from './operator/seller.ts'
import { createSenderDesk } from './operator/sender-desk.ts'
import type { createShaping } from './operator/shaping.ts'
import { createSmppDesk } from './operator/smpp-desk.ts'
import { createReadOwed } from './operator/smpp-owed.ts'
import { createSmppWatches } from './operator/smpp-watches.ts'
import type { createTariffs } from './operator/tariffs.ts'
import { createTemplateDesk } from './operator/template-desk.ts'
import { createTrace } from './operator/trace.ts'
import { createTraceSwitches } from './operator/trace-switches.ts'
import { createUnclaimed } from './operator/unclaimed.ts'
import type { Replies } from './replies.ts'
import { simulateIncoming } from './simulate.ts'
import type { Store } from './store/connect.ts'
import { exportAll } from './store/export.ts'
import { notificationsOf } from './store/outbox.ts'
import type { Glance } from './store/pool-session.ts'
import { senderDeskStore } from './store/sender-desk.ts'
import type { Session } from './store/session.ts'
import { templateDeskStore } from './store/template-desk.ts'

/** What runs, and what was built before it, as the operator's API needs it. */
export interface Built {
  readonly config: Config
  readonly sandbox: boolean
  readonly store: Store
  readonly session: Session
  readonly glance: Glance
  readonly accountStore: Parameters<typeof createAccess>[0] &
    Parameters<typeof createAddAccount>[0] & { loopbackHandlers: boolean }
  readonly addAccount: ReturnType<typeof createAddAccount>
  readonly apiLog: ApiLog
  readonly carriers: ReturnType<typeof createCarriers>
  readonly routes: ReturnType<typeof createRoutes>
  readonly shaping: ReturnType<typeof createShaping>
  readonly tariffs: ReturnType<typeof createTariffs>
  readonly ledger: ReturnType<typeof createLedger>
  readonly guard: Awaited<ReturnType<typeof watchTraffic>>
  readonly numbering: Numbering
  readonly notifications: Notifications
  readonly replies: Pick<Replies, 'told'>
  readonly optOuts: OptOutDesk
  readonly catalogue: CatalogueKeeper
  readonly carrierChecks: ReturnType<typeof startCarrierChecks>
  readonly path: Path
  readonly senderBook: SenderBook
  readonly texts: OperatorTemplateParts
  readonly mailings: MailingOffice
  /** The catalogue was changed: it is read again. */
  readonly changed: () => void
  readonly renumbered: () => Promise<void>
  /** The SMPP server for customers, on this node. */
  readonly smpp: {
    readonly listener: () => SmppListener
    readonly node: number
    /** What is in this node's memory to be delivered, by account. */
    readonly going: () => ReadonlyMap<number, number>
  }
}

/** Everything the operator can ask over HTTP: what the command line speaks. */
export function adminEndpoints(built: Built): Endpoint[] {
  const {
    config,
    session,
    glance,
    accountStore,
    carriers,
    routes,
    guard,
    ledger,
    numbering,
    catalogue,
    path,
    changed,
    senderBook,
  } = built
  const kinds = connectorKinds
  const callReceived = makeCallReceived({
    ...{ session, takeId: accountStore.nextId, now, profile: config.numberProfile, wake: built.notifications.wake },
  })
  const { lookUp } = numbering
  const planOf = async (number: string) => (await lookUpOf(numbering, [number]))(number)
  const live = makeLiveRouting(catalogue, path.carriers.owned, path.shaping.holdOf)
  return [
    ...accountEndpoints({
      addAccount: built.addAccount,
      accounts: createShowAccounts(session),
      access: createAccess(accountStore),
      keys: createKeys(accountStore),
      apiLog: built.apiLog,
    }),
    ...ledgerEndpoints({ ...ledger, statement: createStatement({ session, glance, now }) }),
    ...sellerEndpoints(createSellers(session)),
    ...guardEndpoints(createGuardDesk({ session, lookUp, glance, drop: path.drop, watch: guard })),
    ...carrierEndpoints(carriers),
    ...carrierCheckEndpoints(createCarrierChecks({ session, carriers, asked: built.carrierChecks.look })),
    ...routeEndpoints(
      routes,
      createExplain({ session, profile: config.numberProfile, live, planOf, now }),
      createListQuality(session, now),
    ),
    ...shapingEndpoints(built.shaping),
    ...priceEndpoints({ tariffs: built.tariffs, ...createPrices({ session, changed, selling: catalogue.current, lookUp }) }),
    ...mailingEndpoints(built.mailings),
    ...numberEndpoints(createNumbers(session, config.numberProfile)),
    ...incomingEndpoints({
      unclaimed: createUnclaimed({
        session,
        nextId: accountStore.nextId,
        now,
        tell: built.notifications.incoming,
        told: built.replies.told,
      }),
      keywords: createKeywords(session),
      optOuts: built.optOuts,
    }),
    ...senderEndpoints(
      createSenderDesk({
        ...{ session, desk: senderDeskStore(built.store.pool), documents: senderBook.documents, now },
        ...{ activate: senderBook.fees.activate, add: senderBook.register, changed: senderBook.changed },
      }),
    ),
    ...templateEndpoints(
      createTemplateDesk({
        ...{ session, desk: templateDeskStore(built.store.pool), changed: accountStore.changed },
        add: createOperatorTemplates({ ...built.texts, moderated: false }).add,
      }),
    ),
    ...callNumberEndpoints(createCallNumbers(session, config.numberProfile)),
    ...notificationEndpoints(createNotifications({ ...accountStore, ...built.notifications, now })),
    ...notifyGroupEndpoints(createNotifyGroups({ session, profile: config.numberProfile }), createSendNotice(path.accept)),
    ...numberingEndpoints(createNumberingOffice(session, built.store.pool, built.renumbered), numbering, config.dataDir),
    ...messageEndpoints(createTrace({ session, kinds, live, lookUp, notificationsOf, now })),
    ...traceEndpoints(createTraceSwitches({ session, kinds, now, changed })),
    ...receiptEndpoints(createOrphans({ session, carriers, kinds, attach: path.attach })),
    ...smppEndpoints(
      createSmppDesk({
        ...{ session, door: built.smpp.listener, node: built.smpp.node },
        watches: createSmppWatches({ tap: (login, see) => built.smpp.listener().watch(login, see), tell: tellPdu }),
        owed: createReadOwed(session, built.smpp.going),
      }),
    ),
    ...centreEndpoints({
      audit: ledger.audit,
      backUp: createExport((folder) => exportAll(built.store.pool, folder)),
      nodes: createListNodes(session),
      sandbox: built.sandbox ? { incoming: simulateIncoming(path), call: callReceived } : undefined,
    }),
  ]
}
