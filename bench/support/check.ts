import { epochMs, pause } from './epoch.ts'
import type { Stage } from './stage.ts'

const STALLED_MS = 30_000

/** Waits until the centre has acknowledged this many receipts; gives up when nothing comes any more. */
export async function waitForReceipts({ carrier, database }: Stage, expected: number, sinceId: number): Promise<void> {
  let seen = -1
  let changedMs = epochMs()
  for (;;) {
    const acknowledged = await carrier.acknowledged()
    if (acknowledged >= expected) return
    if (acknowledged !== seen) changedMs = epochMs()
    seen = acknowledged
    if (epochMs() - changedMs > STALLED_MS) {
      const { submits, receiptsSent } = await carrier.counters()
      const { stored, delivered } = await database.countSince(sinceId)
      throw new Error(
        `nothing has moved for 30 s: ${acknowledged} of ${expected} receipts acknowledged; the carrier saw ${submits} submits and sent ${receiptsSent} receipts; ${stored} messages are stored, ${delivered} delivered`,
      )
    }
    await pause(50)
  }
}

/** Every accepted message is stored, is final and delivered, was charged once and came to the carrier once. */
export async function checkAll(
  { carrier, database }: Stage,
  sinceId: number,
  { accepted, parts }: { accepted: number; parts: number },
): Promise<void> {
  const { stored, delivered, charged } = await database.countSince(sinceId)
  const { submits, receiptsAcknowledged, receiptsRefused, unexpected } = await carrier.counters()
  const chargedParts = Number(charged / PRICE_MILLIONTHS)
  const found = { stored, delivered, chargedParts, submits, receiptsAcknowledged, receiptsRefused, unexpected }
  const wanted = {
    stored: accepted,
    delivered: accepted,
    chargedParts: accepted * parts,
    submits: accepted * parts,
    receiptsAcknowledged: accepted * parts,
    receiptsRefused: 0,
    unexpected: 0,
  }
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(`WRONG: there should be ${JSON.stringify(wanted)}, but there are ${JSON.stringify(found)}`)
  }
}

const PRICE_MILLIONTHS = 1_500_000n
