import { createHistory, type HistoryParts } from './history.ts'
import { createReadIncoming } from './incoming.ts'
import { createReadPrices } from './prices.ts'
import { createReadStatistics } from './statistics.ts'

/** What a customer asks about what was sent and received, what it cost, and what things cost. */
export const openReports = <Report>(parts: HistoryParts<Report>) => ({
  readHistory: createHistory(parts),
  readIncoming: createReadIncoming(parts),
  readStatistics: createReadStatistics(parts),
  readPrices: createReadPrices(parts),
})
