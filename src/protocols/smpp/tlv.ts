import { latin1 } from './latin1.ts'

/**
 * Optional parameters (SMPP 3.4, 5.3.2; 5.0, 4.8.4) as a table: the types of values, and names for tags. What has no
 * name here is kept by its number under `other`, so nothing a peer says is lost.
 */
type Kind = 'uint8' | 'uint16' | 'uint32' | 'cstring' | 'octets'

const TLVS = {
  dest_addr_subunit: { tag: 0x0005, kind: 'uint8' },
  dest_network_type: { tag: 0x0006, kind: 'uint8' },
  dest_bearer_type: { tag: 0x0007, kind: 'uint8' },
  dest_telematics_id: { tag: 0x0008, kind: 'uint16' },
  source_addr_subunit: { tag: 0x000d, kind: 'uint8' },
  source_network_type: { tag: 0x000e, kind: 'uint8' },
  source_bearer_type: { tag: 0x000f, kind: 'uint8' },
  source_telematics_id: { tag: 0x0010, kind: 'uint8' },
  qos_time_to_live: { tag: 0x0017, kind: 'uint32' },
  payload_type: { tag: 0x0019, kind: 'uint8' },
  additional_status_info_text: { tag: 0x001d, kind: 'cstring' },
  receipted_message_id: { tag: 0x001e, kind: 'cstring' },
  ms_msg_wait_facilities: { tag: 0x0030, kind: 'uint8' },
  privacy_indicator: { tag: 0x0201, kind: 'uint8' },
  source_subaddress: { tag: 0x0202, kind: 'octets' },
  dest_subaddress: { tag: 0x0203, kind: 'octets' },
  user_message_reference: { tag: 0x0204, kind: 'uint16' },
  user_response_code: { tag: 0x0205, kind: 'uint8' },
  source_port: { tag: 0x020a, kind: 'uint16' },
  destination_port: { tag: 0x020b, kind: 'uint16' },
  sar_msg_ref_num: { tag: 0x020c, kind: 'uint16' },
  language_indicator: { tag: 0x020d, kind: 'uint8' },
  sar_total_segments: { tag: 0x020e, kind: 'uint8' },
  sar_segment_seqnum: { tag: 0x020f, kind: 'uint8' },
  sc_interface_version: { tag: 0x0210, kind: 'uint8' },
  callback_num_pres_ind: { tag: 0x0302, kind: 'uint8' },
  callback_num_atag: { tag: 0x0303, kind: 'octets' },
  number_of_messages: { tag: 0x0304, kind: 'uint8' },
  callback_num: { tag: 0x0381, kind: 'octets' },
  dpf_result: { tag: 0x0420, kind: 'uint8' },
  set_dpf: { tag: 0x0421, kind: 'uint8' },
  ms_availability_status: { tag: 0x0422, kind: 'uint8' },
  network_error_code: { tag: 0x0423, kind: 'octets' },
  message_payload: { tag: 0x0424, kind: 'octets' },
  delivery_failure_reason: { tag: 0x0425, kind: 'uint8' },
  more_messages_to_send: { tag: 0x0426, kind: 'uint8' },
  message_state: { tag: 0x0427, kind: 'uint8' },
  congestion_state: { tag: 0x0428, kind: 'uint8' },
  ussd_service_op: { tag: 0x0501, kind: 'octets' },
  billing_identification: { tag: 0x060b, kind: 'octets' },
  dest_addr_np_country: { tag: 0x0613, kind: 'octets' },
  dest_addr_np_information: { tag: 0x0612, kind: 'octets' },
  dest_addr_np_resolution: { tag: 0x0611, kind: 'uint8' },
  source_network_id: { tag: 0x060d, kind: 'cstring' },
  source_node_id: { tag: 0x060f, kind: 'octets' },
  dest_network_id: { tag: 0x060e, kind: 'cstring' },
  dest_node_id: { tag: 0x0610, kind: 'octets' },
  display_time: { tag: 0x1201, kind: 'uint8' },
  sms_signal: { tag: 0x1203, kind: 'uint16' },
  ms_validity: { tag: 0x1204, kind: 'octets' },
  alert_on_message_delivery: { tag: 0x130c, kind: 'octets' },
  its_reply_type: { tag: 0x1380, kind: 'uint8' },
  its_session_info: { tag: 0x1383, kind: 'octets' },
} as const satisfies Record<string, { readonly tag: number; readonly kind: Kind }>

export type TlvName = keyof typeof TLVS

type Value<K extends Kind> = K extends 'cstring' ? string : K extends 'octets' ? Uint8Array : number

export type Tlvs = { readonly [N in TlvName]?: Value<(typeof TLVS)[N]['kind']> } & {
  /** Tags without a name here, and repetitions of those that have one. */
  readonly other?: readonly (readonly [tag: number, value: Uint8Array])[]
}

export const NO_TLVS: Tlvs = Object.freeze({})

type Named = { -readonly [N in TlvName]?: Tlvs[N] }

/** The three that every receipt carries go to their places without a look into a table; false: it is none of them, or has been seen. */
function readCommon(named: Named, tag: number, bytes: Buffer, from: number, to: number): boolean {
  if (tag === TLVS.receipted_message_id.tag && named.receipted_message_id === undefined) {
    named.receipted_message_id = readCString(bytes, from, to)
    return true
  }
  if (tag === TLVS.message_state.tag && named.message_state === undefined && to - from === 1) {
    named.message_state = bytes[from] as number
    return true
  }
  if (tag === TLVS.network_error_code.tag && named.network_error_code === undefined) {
    named.network_error_code = bytes.subarray(from, to)
    return true
  }
  return false
}

const OCTETS_OF: Partial<Record<Kind, number>> = { uint8: 1, uint16: 2, uint32: 4 }
const BY_TAG: ReadonlyMap<number, { readonly name: TlvName; readonly kind: Kind }> = new Map(
  Object.entries(TLVS).map(([name, { tag, kind }]) => [tag, { name: name as TlvName, kind }]),
)

/**
 * Reads the optional parameters between `at` and `end`. Garbage behind them (a tag without a length, a value longer than
 * the PDU) is ignored, for carriers do that, and the message in front of it is good.
 */
export function readTlvs(bytes: Buffer, at: number, end: number): Tlvs {
  if (end - at < 4) return NO_TLVS
  const named: Named = {}
  const other: [number, Uint8Array][] = []
  while (end - at >= 4) {
    const tag = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    const from = at + 4
    at = from + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))
    if (at > end) break
    if (readCommon(named, tag, bytes, from, at)) continue
    const known = BY_TAG.get(tag)
    const value = known && !(known.name in named) ? readValue(known.kind, bytes, from, at) : undefined
    if (known && value !== undefined) (named as Record<string, unknown>)[known.name] = value
    else other.push([tag, bytes.subarray(from, at)])
  }
  return (other.length > 0 ? { ...named, other } : named) as Tlvs
}

/** A number of another size than the standard's is read all the same; one of no size at all is no number. */
function readValue(kind: Kind, bytes: Buffer, from: number, to: number): string | number | Uint8Array | undefined {
  if (kind === 'octets') return bytes.subarray(from, to)
  if (kind === 'cstring') return readCString(bytes, from, to)
  return to === from || to - from > 4 ? undefined : bytes.readUIntBE(from, to - from)
}

function readCString(bytes: Buffer, from: number, to: number): string {
  let end = from
  while (end < to && bytes[end] !== 0) end++
  return latin1(bytes, from, end)
}

/** Octets that `writeTlvs` will write. Throws RangeError for a value that has no place on the wire. */
export function tlvsLength(tlvs: Tlvs): number {
  let length = 0
  for (const name in tlvs) {
    if (name === 'other') for (const [, value] of tlvs.other ?? []) length += 4 + limited(value.length, 0xffff, name)
    else length += 4 + valueLength(name as TlvName, tlvs[name as TlvName])
  }
  return length
}

function valueLength(name: TlvName, value: string | number | Uint8Array | undefined): number {
  if (typeof value === 'string') return limited(value.length + 1, 0xffff, name)
  if (typeof value === 'object') return limited(value.length, 0xffff, name)
  const octets = OCTETS_OF[TLVS[name].kind] ?? 0
  limited(value ?? -1, 2 ** (8 * octets) - 1, name)
  return octets
}

function limited(value: number, max: number, name: string): number {
  if (value < 0 || value > max) throw new RangeError(`TLV ${name}: ${value} is not between 0 and ${max}`)
  return value
}

/** Writes what `tlvsLength` measured, and returns where it ended. */
export function writeTlvs(bytes: Buffer, at: number, tlvs: Tlvs): number {
  for (const name in tlvs) {
    if (name === 'other') for (const [tag, value] of tlvs.other ?? []) at = writeTlv(bytes, at, tag, value.length, value)
    else {
      const value = tlvs[name as TlvName] ?? 0
      at = writeTlv(bytes, at, TLVS[name as TlvName].tag, valueLength(name as TlvName, value), value)
    }
  }
  return at
}

function writeTlv(bytes: Buffer, at: number, tag: number, length: number, value: string | number | Uint8Array): number {
  bytes[at++] = tag >>> 8
  bytes[at++] = tag
  bytes[at++] = length >>> 8
  bytes[at++] = length
  if (typeof value === 'number') for (let shift = 8 * (length - 1); shift >= 0; shift -= 8) bytes[at++] = value >>> shift
  else if (typeof value === 'object') {
    bytes.set(value, at)
    at += length
  } else {
    at += bytes.write(value, at, 'latin1')
    bytes[at++] = 0
  }
  return at
}
