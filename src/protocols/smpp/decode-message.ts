import { cstring, octets, uint8 } from './cursor.ts'
import type { Command, Pdu, PduOf } from './pdu.ts'
import { NO_TLVS } from './tlv.ts'

/**
 * The four PDUs that every message needs, read without their tables: four times as fast, since the places of their fields are
 * known when this is compiled. The fields stand in the order of the tables, which a test compares.
 */
export function readMessage(command: Command, status: number, sequence: number): Pdu | undefined {
  switch (command) {
    case 'submit_sm':
    case 'deliver_sm':
      return readSm(command, status, sequence)
    case 'submit_sm_resp':
    case 'deliver_sm_resp':
      return { command, status, sequence, message_id: cstring(), tlvs: NO_TLVS }
  }
  return undefined
}

const readSm = (
  command: 'submit_sm' | 'deliver_sm',
  status: number,
  sequence: number,
): PduOf<'submit_sm'> | PduOf<'deliver_sm'> => ({
  command,
  status,
  sequence,
  service_type: cstring(),
  source_addr_ton: uint8(),
  source_addr_npi: uint8(),
  source_addr: cstring(),
  dest_addr_ton: uint8(),
  dest_addr_npi: uint8(),
  destination_addr: cstring(),
  esm_class: uint8(),
  protocol_id: uint8(),
  priority_flag: uint8(),
  schedule_delivery_time: cstring(),
  validity_period: cstring(),
  registered_delivery: uint8(),
  replace_if_present_flag: uint8(),
  data_coding: uint8(),
  sm_default_msg_id: uint8(),
  short_message: octets(),
  tlvs: NO_TLVS,
})
