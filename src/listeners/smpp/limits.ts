import { PDU_OCTETS_MAX } from '../../protocols/smpp/codec.ts'

/** What one session, one address, or all of them together may cost the server. docs/smpp.md tells them. */
export interface SmppLimits {
  readonly connectionsMax: number // more are closed as they come
  readonly perAddressMax: number // connections of one address; an IPv6 /64 counts as one
  readonly unboundMax: number // connections that have not bound yet
  readonly unboundPerAddressMax: number
  readonly handshakeMs: number // for the PROXY header, then for TLS
  readonly sessionInitMs: number // from the connection to its bind
  readonly enquireLinkMs: number // of silence, then we ask whether anybody is there
  readonly inactivityMs: number // without a PDU of the customer's, answers included
  readonly deliveryMs: number // for the response to a deliver_sm
  readonly pduMs: number // from the first octets of a PDU to its last
  readonly stuckMs: number // without a single write of ours taken
  readonly lingerMs: number // for the customer to read our last words
  readonly unbindMs: number // for the response to our unbind
  readonly drainMs: number // for all of that when the server stops
  readonly pduOctetsMax: number
  readonly unboundPduOctetsMax: number // before the bind nobody has anything long to say
  readonly unansweredMax: number // requests of one session under way; then its octets wait
  readonly outputOctetsMax: number // of ours that wait for a customer who does not read; then its octets wait too
  readonly pdusATurn: number // of one session; then the others have their turn
  readonly uselessASecond: number // PDUs of one session that bring no message or are refused; then its octets wait
  readonly verifyMs: number // between two looks whether a session still may be
  readonly tickMs: number
  readonly certificateCheckMs: number
}

export const SMPP_LIMITS: SmppLimits = {
  connectionsMax: 10_000,
  perAddressMax: 200,
  unboundMax: 1_000,
  unboundPerAddressMax: 50,
  handshakeMs: 10_000,
  sessionInitMs: 15_000,
  enquireLinkMs: 45_000,
  inactivityMs: 120_000,
  deliveryMs: 60_000,
  pduMs: 30_000,
  stuckMs: 60_000,
  lingerMs: 5_000,
  unbindMs: 5_000,
  drainMs: 10_000,
  pduOctetsMax: PDU_OCTETS_MAX,
  unboundPduOctetsMax: 1_024,
  unansweredMax: 2_000,
  outputOctetsMax: 64 * 1024,
  pdusATurn: 128,
  uselessASecond: 2_000,
  verifyMs: 3_000, // within the time that sign-ins are remembered, so that it costs the store nothing
  tickMs: 1_000,
  certificateCheckMs: 10_000,
}
