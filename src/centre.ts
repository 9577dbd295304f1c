import { mkdirSync } from 'node:fs'
import { createAddAccount } from './account/add.ts'
import { createApiLog } from './account/api-log.ts'
import { createIpBlock } from './account/ip-block.ts'
import { openLimits } from './account/limits.ts'
import { createLowBalance } from './account/low-balance.ts'
import { createPasswordCheck } from './account/password.ts'
import { openPhoneBook } from './account/phone-book.ts'
import { openSenderBook, senderPolicy } from './account/sender-book.ts'
import { createSeries } from './account/series.ts'
import { createSignIn } from './account/sign-in.ts'
import { createRulesOf } from './account/text-rules.ts'
import { createWaitCalls } from './account/wait-calls.ts'
import { adminEndpoints } from './admin-api.ts'
import { now } from './clock.ts'
import type { Config } from './config.ts'
import { connectorKinds } from './connectors/index.ts'
import { HOUR_MS } from './domain/calendar.ts'
import { BASE_CURRENCY } from './domain/currency.ts'
import { hoursOfMailings } from './domain/sending-hours.ts'
import { openExports } from './exports.ts'
import { followHints, unread } from './hints.ts'
import { startCarrierChecks } from './lifecycle/carrier-checks.ts'
import { openCatalogue } from './lifecycle/catalogue.ts'
import { makeCountDay } from './lifecycle/day-limits.ts'
import { startDeliveries } from './lifecycle/deliveries.ts'
import { deliveryStore } from './lifecycle/delivery-store.ts'
import { figuresOf } from './lifecycle/figures.ts'
import { watchTraffic } from './lifecycle/guard-watch.ts'
import { joinNodes } from './lifecycle/node.ts'
import { startNotifications } from './lifecycle/notify.ts'
import { notifyStore } from './lifecycle/notify-store.ts'
import { openNumbering } from './lifecycle/numbering.ts'
import { makeOwnMessage } from './lifecycle/own-message.ts'
import { openPath, type Path } from './lifecycle/path.ts'
import { pathStore } from './lifecycle/path-store.ts'
import { openListeners } from './listening.ts'
import { log } from './log.ts'
import { openMailings } from './mailing/open.ts'
import { createHandlerCaller } from './notifiers/http/caller.ts'
import { ensureAdminToken } from './operator/admin-token.ts'
import { createCarriers } from './operator/carriers.ts'
import { createHealth } from './operator/health.ts'
import { installationId } from './operator/installation.ts'
import { createLedger } from './operator/ledger.ts'
import { createMetrics } from './operator/metrics.ts'
import { createRenewRents } from './operator/rents.ts'
import { createRoutes } from './operator/routes.ts'
import { seedSandbox } from './operator/seed-sandbox.ts'
import { createShaping } from './operator/shaping.ts'
import { createTariffs } from './operator/tariffs.ts'
import { startUpkeep } from './operator/upkeep.ts'
import { type Replies, startReplies } from './replies.ts'
import { openStore, type Store } from './store/connect.ts'
import { freeBytes, readFigures } from './store/figures.ts'
import { readHandlerFigures } from './store/handlers.ts'
import { leaveNode, renewLeases, takeNode } from './store/leases.ts'
import { migrate } from './store/migrate.ts'
import { createNotifier } from './store/notify.ts'
import { ensurePartitions, PARTITIONED_TABLES } from './store/partitions.ts'
import { openPathSessions } from './store/path-sessions.ts'
import { glancing, poolSession } from './store/pool-session.ts'
import { QUEUE_SETTINGS } from './store/session-settings.ts'
import { summarise } from './store/summarise.ts'
import { templateStore } from './store/templates.ts'

/** A running centre: everything built once, from the store up to the listeners. */
export interface Centre {
  ports(): { http: number; https: number | undefined; smpp: number; smppTls: number | undefined }
  /** Stops in the reverse order of the start: no new requests, then what is owed, then the store. */
  stop(graceMs: number): Promise<void>
}

export async function openCentre(config: Config, sandbox: boolean, lost: (error: Error) => void): Promise<Centre> {
  mkdirSync(config.dataDir, { recursive: true })
  const store = await openStore({ databaseUrl: config.databaseUrl || undefined, dataDir: config.dataDir })
  try {
    return await openOn(store, config, sandbox, lost)
  } catch (error) {
    await store.close()
    throw error
  }
}

async function openOn(store: Store, config: Config, sandbox: boolean, lost: (error: Error) => void): Promise<Centre> {
  await migrate(store.pool)
  await ensurePartitions(store.pool, PARTITIONED_TABLES, now())
  const general = poolSession(store.pool)
  const numbering = await openNumbering(general, store.pool)

  const leases = store.client('leases')
  await leases.ready()
  const node = await joinNodes(
    {
      takeNode: (instance, nowId) => takeNode(leases, instance, nowId),
      renewLeases: (renewal) => renewLeases(leases, renewal),
      leaveNode: (number, instance, idsUntil) => leaveNode(leases, number, instance, idsUntil),
    },
    installationId(config.dataDir),
    now,
  )
  await node.renew([])
  const nextId = node.ids.next

  let inForce: Promise<unknown> = Promise.resolve()
  const hints = createNotifier(general)
  const ipBlock = createIpBlock({ exemptLoopback: sandbox })
  const signing = createSignIn({ session: general, ipBlock, isPassword: createPasswordCheck() })
  const phoneBook = openPhoneBook({ pool: store.pool, profile: config.numberProfile, hint: hints.accountChanged })
  const templates = templateStore(store.pool)
  const accountStore = {
    ...{ session: general, pool: store.pool, nextId, loopbackHandlers: sandbox },
    changed(accountId: number) {
      signing.forget(accountId)
      hints.accountChanged(accountId)
      inForce = Promise.allSettled([inForce, notifications.refresh()])
    },
  }
  const policy = senderPolicy(config, sandbox)
  const texts = { templates, changed: accountStore.changed, moderated: policy.moderated, now }
  const senderBook = openSenderBook({ ...policy, ...accountStore, pool: store.pool, now })
  const notifying = store.client('notify', QUEUE_SETTINGS)
  const delivering = store.client('deliveries', QUEUE_SETTINGS)
  await Promise.all([notifying.ready(), delivering.ready()])
  const caller = createHandlerCaller({ loopback: sandbox })
  const notifications = await startNotifications({
    store: notifyStore(notifying, node.number),
    session: general,
    takeId: nextId,
    call: caller.call,
    now,
  })
  const deliveries = await startDeliveries({
    store: deliveryStore(delivering, general, node.number),
    ...{ node: node.number, takeId: nextId, now, keptMs: config.receiptsHours * HOUR_MS, keptMax: config.receiptsMax },
  })
  const openAccount = createAddAccount(accountStore)
  let path: Path | undefined
  const renumbered = () => {
    hints.catalogueChanged()
    return numbering.refresh().catch(unread('numbering'))
  }
  const changed = () => {
    hints.catalogueChanged()
    inForce = path?.refresh().catch(unread('catalogue')) ?? inForce
  }
  const addAccount: typeof openAccount = async (request) => {
    const account = await openAccount(request)
    if (account.currency !== BASE_CURRENCY) changed() // costs of its messages are told in its currency
    return account
  }
  const carriers = createCarriers({ session: general, kinds: connectorKinds, changed })
  const routes = createRoutes({ session: general, kinds: connectorKinds, changed, carriers })
  const shaping = createShaping({ session: general, kinds: connectorKinds, changed, carriers })
  const tariffs = createTariffs({ session: general, changed })
  if (sandbox) await seedSandbox({ kinds: connectorKinds, addAccount, carriers, routes, tariffs, session: general })

  const sessions = await openPathSessions(store, general)
  const catalogue = await openCatalogue(general)
  const health = createHealth({
    freeBytes: () => freeBytes(config.dataDir),
    askStore: async () => (await readFigures(general, now())).partitionsAhead,
  })
  const guard = await watchTraffic(general, node.number, numbering.lookUp)
  const metrics = createMetrics(
    () => ({
      ...{ ...figuresOf(running, catalogue), guard: guard.counters, notifications: notifications.counters },
      smpp: { ...listeners.smpp.figures(), owed: deliveries.figures() },
    }),
    async () => ({
      ...(await readFigures(general, now())),
      handlers: await readHandlerFigures(general),
      freeBytes: await freeBytes(config.dataDir),
    }),
  )
  const publicUrl = config.publicUrl || `http://${config.host}:${config.httpPort}`
  let replies: Replies | undefined
  path = await openPath({
    store: pathStore(sessions, node.number),
    node,
    catalogue,
    numbering,
    kinds: connectorKinds,
    profile: config.numberProfile,
    publicUrl,
    observed: ({ queuedMs }) => metrics.handedOver(queuedMs),
    hasRoom: health.hasRoom,
    notifications,
    deliveries,
    incomingWaits: () => replies?.wake(),
    ...{ isOver: createSeries(), barsOf: phoneBook.barsOf, textRulesOf: createRulesOf(templates) },
    maySendOf: senderBook.maySendOf,
    ...{ countDay: makeCountDay(general, now), sendingHours: hoursOfMailings(config.sendingHours) },
    ...{ guard: guard.check, lost },
  })
  const running = path
  const mailings = openMailings({ session: general, node, path: running, bookOf: phoneBook.bookOf, ...senderBook, config })

  const limits = await openLimits(general)
  const apiLog = createApiLog()
  await followHints({ store, signing, phoneBook, numbering, path: running })
  const carrierChecks = startCarrierChecks({ session: general, node, kinds: connectorKinds, path: running })
  const { language } = config
  const lowBalance = createLowBalance({ session: general, language, send: makeOwnMessage(running.accept) })
  lowBalance.start()
  signing.start()
  phoneBook.start()
  health.start()
  const glance = glancing(store.pool)
  replies = startReplies({
    ...{ session: general, glance, node, path, phoneBook, profile: config.numberProfile, notifications, deliveries },
  })
  const ledger = createLedger({ session: general, nextId, glance, summarise: () => summarise(general) })
  const renewRents = createRenewRents({ session: general, nextId, lost: () => replies?.owed() })
  const renewFees = () => Promise.all([senderBook.fees.renew(), renewRents(now())])
  const { pool } = store
  const { retentionMonths } = config
  const upkeep = startUpkeep({ pool, session: general, ...ledger, retentionMonths, renewFees })

  const exports = openExports({ session: general, numbering, config, hasRoom: health.hasRoom })
  const listeners = openListeners({
    ...{ config, session: general, nextId, path: running, deliveries, numbering, signing, ipBlock, limits, phoneBook, publicUrl },
    ...{ apiLog, health, metrics, mailings: mailings.desk },
    ...{ exportDesk: exports.desk, senderBook, texts, sandbox },
    accounts: { ...accountStore, currencyAdded: changed },
    waitForCall: createWaitCalls({
      session: general,
      pool,
      nextId,
      now,
      profile: config.numberProfile,
      price: config.waitCallPrice,
    }),
    admin: {
      token: await ensureAdminToken(config.dataDir),
      inForce: () => inForce,
      endpoints: adminEndpoints({
        ...{ config, sandbox, store, session: general, glance, accountStore, addAccount, apiLog },
        ...{ carriers, routes, shaping, tariffs },
        ...{ ledger, guard, numbering, notifications, catalogue, carrierChecks, path: running, changed, renumbered, senderBook },
        ...{ replies, optOuts: phoneBook.optOuts, texts },
        mailings: mailings.office,
        smpp: { listener: () => listeners.smpp, node: node.number, going: deliveries.inMemory },
      }),
    },
  })
  const { http, smpp } = listeners
  await smpp.start()
  await http.start() // the last: when it answers, all of them do
  log.info('ready', { node: node.number, port: http.ports().http })

  return {
    ports: () => ({ ...http.ports(), ...smpp.ports() }),
    async stop(graceMs) {
      await Promise.all([http.stop(), smpp.stop()])
      await Promise.all([carrierChecks.stop(), exports.stop(), mailings.stop(), replies?.stop()])
      await running.stop(graceMs)
      await Promise.all([guard.stop(), notifications.stop(Math.min(graceMs, 5_000)), deliveries.stop()])
      caller.close()
      lowBalance.stop()
      signing.stop()
      phoneBook.stop()
      numbering.stop()
      health.stop()
      upkeep.stop()
      await store.close()
    },
  }
}
