/** What became of the messages that a carrier took, over a while: to one network, by our own receipts. */
export interface Receipts {
  readonly carrierId: number
  readonly mccmnc: string // empty: the network is not known
  readonly delivered: number
  readonly failed: number // final, and not delivered; without a receipt too
  readonly latencyMs: number // of all delivered ones together, from the carrier's answer to the receipt
}

export interface Quality {
  readonly deliveredPercent: number
  readonly seconds: number // on average, from the answer to the receipt
  readonly messages: number
  readonly of: 'network' | 'country'
  /** Percent delivered, less one for every ten seconds that a receipt takes: what routes are compared by. */
  readonly points: number
}

/** Fewer final messages say nothing. */
export const QUALITY_SAMPLES = 50
/** Receipts of so many hours count. */
export const QUALITY_HOURS = 24
/** A phone that was off for hours says nothing of the carrier: longer ones count as ten minutes. */
export const LATENCY_MAX_MS = 600_000
const SECONDS_PER_POINT = 10
const MCC_DIGITS = 3

/**
 * Compiles receipts into an answer for a carrier and a network: from its own receipts if there are enough, else from those of
 * the country, else undefined.
 */
export function compileQuality(rows: Iterable<Receipts>): (carrierId: number, mccmnc: string) => Quality | undefined {
  const networks = new Map<string, Receipts>()
  const countries = new Map<string, Receipts>()
  for (const row of rows) {
    add(networks, `${row.carrierId} ${row.mccmnc}`, row)
    add(countries, `${row.carrierId} ${row.mccmnc.slice(0, MCC_DIGITS)}`, row)
  }
  const known = new Map<string, Quality>()
  for (const [key, row] of countries) if (isEnough(row)) known.set(key, qualityOf(row, 'country'))
  for (const [key, row] of networks) if (isEnough(row)) known.set(key, qualityOf(row, 'network'))
  if (known.size === 0) return () => undefined
  return (carrierId, mccmnc) => known.get(`${carrierId} ${mccmnc}`) ?? known.get(`${carrierId} ${mccmnc.slice(0, MCC_DIGITS)}`)
}

const isEnough = ({ delivered, failed }: Receipts): boolean => delivered + failed >= QUALITY_SAMPLES

function add(sums: Map<string, Receipts>, key: string, row: Receipts): void {
  const sum = sums.get(key)
  sums.set(key, {
    ...row,
    delivered: row.delivered + (sum?.delivered ?? 0),
    failed: row.failed + (sum?.failed ?? 0),
    latencyMs: row.latencyMs + (sum?.latencyMs ?? 0),
  })
}

export function qualityOf({ delivered, failed, latencyMs }: Receipts, of: Quality['of']): Quality {
  const messages = delivered + failed
  const deliveredPercent = messages === 0 ? 0 : (100 * delivered) / messages
  const seconds = delivered === 0 ? 0 : latencyMs / delivered / 1000
  return { deliveredPercent, seconds, messages, of, points: deliveredPercent - seconds / SECONDS_PER_POINT }
}
