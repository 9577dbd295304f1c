import { QUALITY_HOURS, QUALITY_SAMPLES, qualityOf } from '../domain/route-quality.ts'
import { readQuality } from '../store/carrier-quality.ts'
import type { Session } from '../store/session.ts'
import { carrierNames } from '../store/trace.ts'

const HOUR_MS = 3_600_000

/** How well each carrier delivered to each network in the last day, by our own receipts. */
export const createListQuality = (session: Session, now: () => number) => async () => {
  const rows = await readQuality(session, Math.floor(now() / HOUR_MS) - QUALITY_HOURS)
  const names = await carrierNames(session)
  return rows.map((row) => {
    const { deliveredPercent, seconds, messages } = qualityOf(row, 'network')
    return {
      carrier: names.get(row.carrierId) ?? `carrier ${row.carrierId}`,
      mccmnc: row.mccmnc,
      messages,
      delivered: row.delivered,
      delivered_percent: Math.round(deliveredPercent * 10) / 10,
      seconds: Math.round(seconds * 10) / 10,
      counts: messages >= QUALITY_SAMPLES, // enough to choose by
    }
  })
}
