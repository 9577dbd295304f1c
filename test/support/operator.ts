import { createStatement } from '../../src/account/statement.ts'
import type { ConnectorKind } from '../../src/connectors/connector.ts'
import { connectorKinds } from '../../src/connectors/index.ts'
import { lookUp } from '../../src/domain/number/plan.ts'
import { openCatalogue } from '../../src/lifecycle/catalogue.ts'
import { makeLiveRouting } from '../../src/lifecycle/live-routing.ts'
import { createAudit } from '../../src/operator/audit.ts'
import { createExport } from '../../src/operator/backup.ts'
import { createCarriers } from '../../src/operator/carriers.ts'
import { createClosing } from '../../src/operator/closing.ts'
import { createCorrection, createTransfer } from '../../src/operator/correction.ts'
import { createListNodes } from '../../src/operator/nodes.ts'
import { createNumbers } from '../../src/operator/numbers.ts'
import type { Selling } from '../../src/operator/price-losses.ts'
import { createPrices } from '../../src/operator/prices.ts'
import { createExplain } from '../../src/operator/route-explain.ts'
import { createListQuality } from '../../src/operator/route-quality.ts'
import { createRoutes } from '../../src/operator/routes.ts'
import { createTariffs } from '../../src/operator/tariffs.ts'
import { createTopUp } from '../../src/operator/topup.ts'
import { createTrace } from '../../src/operator/trace.ts'
import { createTraceSwitches } from '../../src/operator/trace-switches.ts'
import type { Glance } from '../../src/store/pool-session.ts'
import type { Session } from '../../src/store/session.ts'
import { countIds, openAccounts } from './accounts.ts'

/** No catalogue runs behind these use cases. */
const NOTHING_SOLD: Selling = {
  candidates: () => [],
  costOf: () => undefined,
  priceOf: () => undefined,
  inBase: () => undefined,
  carrier: () => undefined,
}

/** The operator's use cases over one database, as main.ts puts them together; `changes` counts those of the catalogue. */
export function openOperator(session: Session, exportTo?: Parameters<typeof createExport>[0]) {
  const glance: Glance = (work) => work(session)
  const reader = { glance, summarise: async () => {} }
  const nextId = countIds(1_000_000)
  const kinds: Readonly<Record<string, ConnectorKind>> = connectorKinds
  const counted = { changes: 0 }
  const changed = () => {
    counted.changes += 1
  }
  const carriers = createCarriers({ session, kinds, changed })
  /** Routing as it is stored. */
  const live = async () => {
    const catalogue = await openCatalogue(session)
    return makeLiveRouting(catalogue, new Map(), () => undefined)()
  }
  return {
    ...openAccounts(session),
    kinds,
    counted,
    carriers,
    routes: createRoutes({ session, kinds, changed, carriers }),
    explain: createExplain({ session, profile: 'russia', live, planOf: async (number) => lookUp(number), now: Date.now }),
    listQuality: createListQuality(session, Date.now),
    tariffs: createTariffs({ session, changed }),
    ...createPrices({ session, changed, selling: () => NOTHING_SOLD, lookUp }),
    topUp: createTopUp({ session, nextId }),
    correct: createCorrection({ session, nextId }),
    transfer: createTransfer({ session, nextId }),
    statement: createStatement({ session, glance, now: Date.now }),
    closings: createClosing({ session, ...reader }),
    numbers: createNumbers(session, 'russia'),
    trace: createTrace({ session, kinds, now: Date.now, live }),
    switches: createTraceSwitches({ session, kinds, now: Date.now, changed }),
    audit: createAudit(reader),
    nodes: createListNodes(session),
    backUp: createExport(exportTo ?? (() => Promise.reject(new Error('there is no store to export')))),
  }
}
