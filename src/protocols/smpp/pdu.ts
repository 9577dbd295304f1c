import type { Tlvs } from './tlv.ts'

/**
 * The PDUs of SMPP 3.4 and 5.0 as tables: the order of a table is the order on the wire. One reader and one
 * writer (codec.ts) interpret them, and the types below are derived from them.
 */
export type Field =
  | { readonly kind: 'cstring'; readonly max: number } // C-octet string; max counts its NUL
  | { readonly kind: 'uint8' }
  | { readonly kind: 'octets' } // an octet with the length (sm_length), then so many octets
  | { readonly kind: 'destinations' } // number_of_dests and dest_address(es), 4.5.1
  | { readonly kind: 'unsuccessful' } // no_unsuccess and unsuccess_sme(s), 4.5.2

export interface DestinationAddress {
  readonly ton: number
  readonly npi: number
  readonly address: string
}
export type Destination = DestinationAddress | { readonly distributionList: string }
export type Unsuccessful = DestinationAddress & { readonly status: number }

const cstring = <const Max extends number>(max: Max) => ({ kind: 'cstring', max }) as const
const uint8 = { kind: 'uint8' } as const

const SOURCE = { source_addr_ton: uint8, source_addr_npi: uint8, source_addr: cstring(21) } as const
const DESTINATION = { dest_addr_ton: uint8, dest_addr_npi: uint8, destination_addr: cstring(21) } as const
const TEXT = { sm_default_msg_id: uint8, short_message: { kind: 'octets' } } as const

/** The standard allows a password of 8; longer ones are met, and the login passwords of the SMSC API are longer. */
const BIND = {
  system_id: cstring(65),
  password: cstring(65),
  system_type: cstring(13),
  interface_version: uint8,
  addr_ton: uint8,
  addr_npi: uint8,
  address_range: cstring(41),
} as const
const BIND_RESP = { system_id: cstring(65) } as const

const AFTER_ADDRESSES = {
  esm_class: uint8,
  protocol_id: uint8,
  priority_flag: uint8,
  schedule_delivery_time: cstring(17),
  validity_period: cstring(17),
  registered_delivery: uint8,
  replace_if_present_flag: uint8,
  data_coding: uint8,
  ...TEXT,
} as const
const SM = { service_type: cstring(6), ...SOURCE, ...DESTINATION, ...AFTER_ADDRESSES } as const
const SUBMIT_MULTI = { service_type: cstring(6), ...SOURCE, dest_address: { kind: 'destinations' }, ...AFTER_ADDRESSES } as const
const DATA_SM = {
  service_type: cstring(6),
  source_addr_ton: uint8,
  source_addr_npi: uint8,
  source_addr: cstring(65),
  dest_addr_ton: uint8,
  dest_addr_npi: uint8,
  destination_addr: cstring(65),
  esm_class: uint8,
  registered_delivery: uint8,
  data_coding: uint8,
} as const

const MESSAGE_ID = { message_id: cstring(66) } as const // 65 octets and the NUL, as carriers write it

export const PDUS = {
  bind_receiver: { id: 0x00000001, fields: BIND },
  bind_transmitter: { id: 0x00000002, fields: BIND },
  query_sm: { id: 0x00000003, fields: { ...MESSAGE_ID, ...SOURCE } },
  submit_sm: { id: 0x00000004, fields: SM },
  deliver_sm: { id: 0x00000005, fields: SM },
  unbind: { id: 0x00000006, fields: {} },
  replace_sm: {
    id: 0x00000007,
    fields: {
      ...MESSAGE_ID,
      ...SOURCE,
      schedule_delivery_time: cstring(17),
      validity_period: cstring(17),
      registered_delivery: uint8,
      ...TEXT,
    },
  },
  cancel_sm: { id: 0x00000008, fields: { service_type: cstring(6), ...MESSAGE_ID, ...SOURCE, ...DESTINATION } },
  bind_transceiver: { id: 0x00000009, fields: BIND },
  outbind: { id: 0x0000000b, fields: { system_id: cstring(65), password: cstring(65) } },
  enquire_link: { id: 0x00000015, fields: {} },
  submit_multi: { id: 0x00000021, fields: SUBMIT_MULTI },
  alert_notification: {
    id: 0x00000102,
    fields: {
      source_addr_ton: uint8,
      source_addr_npi: uint8,
      source_addr: cstring(65),
      esme_addr_ton: uint8,
      esme_addr_npi: uint8,
      esme_addr: cstring(65),
    },
  },
  data_sm: { id: 0x00000103, fields: DATA_SM },

  generic_nack: { id: 0x80000000, fields: {} },
  bind_receiver_resp: { id: 0x80000001, fields: BIND_RESP },
  bind_transmitter_resp: { id: 0x80000002, fields: BIND_RESP },
  query_sm_resp: {
    id: 0x80000003,
    fields: { ...MESSAGE_ID, final_date: cstring(17), message_state: uint8, error_code: uint8 },
  },
  submit_sm_resp: { id: 0x80000004, fields: MESSAGE_ID },
  deliver_sm_resp: { id: 0x80000005, fields: MESSAGE_ID },
  unbind_resp: { id: 0x80000006, fields: {} },
  replace_sm_resp: { id: 0x80000007, fields: {} },
  cancel_sm_resp: { id: 0x80000008, fields: {} },
  bind_transceiver_resp: { id: 0x80000009, fields: BIND_RESP },
  enquire_link_resp: { id: 0x80000015, fields: {} },
  submit_multi_resp: { id: 0x80000021, fields: { ...MESSAGE_ID, unsuccess_sme: { kind: 'unsuccessful' } } },
  data_sm_resp: { id: 0x80000103, fields: MESSAGE_ID },
} as const satisfies Record<string, { readonly id: number; readonly fields: Readonly<Record<string, Field>> }>

export type Command = keyof typeof PDUS

type Value<F> = F extends { kind: 'cstring' }
  ? string
  : F extends { kind: 'octets' }
    ? Uint8Array
    : F extends { kind: 'destinations' }
      ? readonly Destination[]
      : F extends { kind: 'unsuccessful' }
        ? readonly Unsuccessful[]
        : number

export type Fields<C extends Command> = {
  -readonly [Name in keyof (typeof PDUS)[C]['fields']]: Value<(typeof PDUS)[C]['fields'][Name]>
}

/** A PDU as it was read. Octets are views into the receive buffer: copy what must outlive the read. */
export type PduOf<C extends Command> = {
  command: C
  status: number // command_status
  sequence: number // sequence_number
  tlvs: Tlvs
} & Fields<C>

export type Pdu = { [C in Command]: PduOf<C> }[Command]

/** A PDU to be written: what is left out is 0 or empty. */
export type PduInput<C extends Command = Command> = C extends Command
  ? { command: C; sequence: number; status?: number; tlvs?: Tlvs } & Partial<Fields<C>>
  : never

export type Request = Exclude<Command, `${string}_resp` | 'generic_nack' | 'outbind' | 'alert_notification'>
export type Response = Extract<Command, `${string}_resp`>

/** A response's bit in command_id (3.2, table 4-1). */
export const RESPONSE_BIT = 0x80000000

export const isResponse = (commandId: number): boolean => commandId >= RESPONSE_BIT

/** The response that belongs to a request, by name. */
export const responseOf = <R extends Request>(request: R): `${R}_resp` => `${request}_resp`

/** The GSM features of esm_class and its message types (5.2.12). */
export const ESM_CLASS = { typeMask: 0x3c, receipt: 0x04, intermediate: 0x20, udhi: 0x40 } as const
