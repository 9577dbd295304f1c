import type { PduOf } from '../../protocols/smpp/pdu.ts'
import type { CarrierReceipt, ConnectorEvents, Incoming } from '../connector.ts'
import type { Connection } from './connection.ts'
import { type Delivery, isReceipt, messageOf, queriedReceipt, receiptOf } from './incoming.ts'
import type { DeliveryHead } from './owed.ts'
import type { SmppSettings } from './settings.ts'
import type { Tap } from './tap.ts'

/** A question about a part that was taken. */
export interface Query {
  readonly command: 'query_sm'
  readonly carrierId: string
  readonly from: string
  sentAt: number
}

type Deliverer = Pick<Connection<never>, 'owe' | 'octets'>

/** What carriers deliver, collected until the end of the read, then handed over in two batches. */
export interface Deliveries {
  readonly counts: { readonly receipts: number; readonly incoming: number }
  add(pdu: Delivery, from: Deliverer, atMs: number): void
  addQueried(pdu: PduOf<'query_sm_resp'>, query: Query, atMs: number): void
  handOver(events: ConnectorEvents): void
}

const NOTHING = (): void => {}

export function createDeliveries(settings: SmppSettings, tap: Tap): Deliveries {
  const counts = { receipts: 0, incoming: 0 }
  let receipts: CarrierReceipt[] = []
  let messages: Incoming[] = []
  let receiptHeads: DeliveryHead[] = []
  let messageHeads: DeliveryHead[] = []
  let deliverer: Deliverer | undefined // one read is of one connection

  const owe = (heads: readonly DeliveryHead[]): (() => void) => deliverer?.owe(heads) ?? NOTHING

  return {
    counts,

    add(pdu, from, atMs) {
      deliverer = from
      const head = { command: pdu.command, sequence: pdu.sequence }
      if (isReceipt(pdu)) {
        counts.receipts++
        const receipt = receiptOf(pdu, settings, atMs)
        // Nobody will ever find its message: its octets are all there is.
        if (receipt.carrierIds.length === 0 && !tap.open) tap.note(false, from.octets(), undefined, atMs)
        receipts.push(receipt)
        receiptHeads.push(head)
      } else {
        counts.incoming++
        messages.push(messageOf(pdu, settings, atMs))
        messageHeads.push(head)
      }
    },

    addQueried(pdu, query, atMs) {
      receipts.push(queriedReceipt(pdu, query, settings, atMs))
    },

    handOver(events) {
      if (receipts.length > 0) {
        const [batch, heads] = [receipts, receiptHeads]
        receipts = []
        receiptHeads = []
        events.receipts(batch, heads.length > 0 ? owe(heads) : NOTHING)
      }
      if (messages.length > 0) {
        const [batch, heads] = [messages, messageHeads]
        messages = []
        messageHeads = []
        events.incoming(batch, owe(heads))
      }
    },
  }
}
