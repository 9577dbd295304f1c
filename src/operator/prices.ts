import type { LookUp } from '../domain/number/plan.ts'
import type { Session } from '../store/session.ts'
import { createCosts } from './costs.ts'
import { createCurrencies } from './currencies.ts'
import { createMargin } from './margin.ts'
import { createPriceExceptions } from './price-exceptions.ts'
import { createPriceLists } from './price-lists.ts'
import type { Selling } from './price-losses.ts'
import { createZones } from './zones.ts'

/** Everything about prices but the tariffs themselves, which a centre needs before it sells anything. */
export const createPrices = ({
  session,
  changed,
  selling,
  lookUp,
}: {
  session: Session
  changed: () => void
  selling: () => Selling
  /** The numbering plan in force. */
  lookUp: LookUp
}) => ({
  costs: createCosts({ session, changed }),
  exceptions: createPriceExceptions({ session, changed }),
  priceLists: createPriceLists({ session, changed, selling, lookUp }),
  currencies: createCurrencies({ session, changed }),
  zones: createZones(session),
  margin: createMargin(session, lookUp),
})
