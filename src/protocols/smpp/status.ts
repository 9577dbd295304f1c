/** command_status (SMPP 3.4, 5.1.3; 5.0, 4.7.6): the number on the wire, the standard's name, and words for people. */
const TABLE = [
  [0x00000000, 'ESME_ROK', 'no error'],
  [0x00000001, 'ESME_RINVMSGLEN', 'message length is invalid'],
  [0x00000002, 'ESME_RINVCMDLEN', 'command length is invalid'],
  [0x00000003, 'ESME_RINVCMDID', 'invalid command ID'],
  [0x00000004, 'ESME_RINVBNDSTS', 'incorrect bind status for given command'],
  [0x00000005, 'ESME_RALYBND', 'already in bound state'],
  [0x00000006, 'ESME_RINVPRTFLG', 'invalid priority flag'],
  [0x00000007, 'ESME_RINVREGDLVFLG', 'invalid registered delivery flag'],
  [0x00000008, 'ESME_RSYSERR', 'system error'],
  [0x0000000a, 'ESME_RINVSRCADR', 'invalid source address'],
  [0x0000000b, 'ESME_RINVDSTADR', 'invalid destination address'],
  [0x0000000c, 'ESME_RINVMSGID', 'message ID is invalid'],
  [0x0000000d, 'ESME_RBINDFAIL', 'bind failed'],
  [0x0000000e, 'ESME_RINVPASWD', 'invalid password'],
  [0x0000000f, 'ESME_RINVSYSID', 'invalid system ID'],
  [0x00000011, 'ESME_RCANCELFAIL', 'cancel_sm failed'],
  [0x00000013, 'ESME_RREPLACEFAIL', 'replace_sm failed'],
  [0x00000014, 'ESME_RMSGQFUL', 'message queue full'],
  [0x00000015, 'ESME_RINVSERTYP', 'invalid service type'],
  [0x00000033, 'ESME_RINVNUMDESTS', 'invalid number of destinations'],
  [0x00000034, 'ESME_RINVDLNAME', 'invalid distribution list name'],
  [0x00000040, 'ESME_RINVDESTFLAG', 'invalid destination flag'],
  [0x00000042, 'ESME_RINVSUBREP', 'submit with replace is not supported'],
  [0x00000043, 'ESME_RINVESMCLASS', 'invalid esm_class'],
  [0x00000044, 'ESME_RCNTSUBDL', 'cannot submit to distribution list'],
  [0x00000045, 'ESME_RSUBMITFAIL', 'submit failed'],
  [0x00000048, 'ESME_RINVSRCTON', 'invalid source address TON'],
  [0x00000049, 'ESME_RINVSRCNPI', 'invalid source address NPI'],
  [0x00000050, 'ESME_RINVDSTTON', 'invalid destination address TON'],
  [0x00000051, 'ESME_RINVDSTNPI', 'invalid destination address NPI'],
  [0x00000053, 'ESME_RINVSYSTYP', 'invalid system type'],
  [0x00000054, 'ESME_RINVREPFLAG', 'invalid replace_if_present flag'],
  [0x00000055, 'ESME_RINVNUMMSGS', 'invalid number of messages'],
  [0x00000058, 'ESME_RTHROTTLED', 'throttled: over the allowed message rate'],
  [0x00000061, 'ESME_RINVSCHED', 'invalid scheduled delivery time'],
  [0x00000062, 'ESME_RINVEXPIRY', 'invalid validity period'],
  [0x00000063, 'ESME_RINVDFTMSGID', 'predefined message is invalid or not found'],
  [0x00000064, 'ESME_RX_T_APPN', 'receiver has a temporary error'],
  [0x00000065, 'ESME_RX_P_APPN', 'receiver has a permanent error'],
  [0x00000066, 'ESME_RX_R_APPN', 'receiver rejected the message'],
  [0x00000067, 'ESME_RQUERYFAIL', 'query_sm failed'],
  [0x000000c0, 'ESME_RINVTLVSTREAM', 'error in the optional part of the PDU'],
  [0x000000c1, 'ESME_RTLVNOTALLWD', 'TLV not allowed'],
  [0x000000c2, 'ESME_RINVTLVLEN', 'invalid TLV length'],
  [0x000000c3, 'ESME_RMISSINGTLV', 'expected TLV is missing'],
  [0x000000c4, 'ESME_RINVTLVVAL', 'invalid TLV value'],
  [0x000000fe, 'ESME_RDELIVERYFAILURE', 'transaction delivery failure'],
  [0x000000ff, 'ESME_RUNKNOWNERR', 'unknown error'],
  [0x00000100, 'ESME_RSERTYPUNAUTH', 'not authorised to use this service type'],
  [0x00000101, 'ESME_RPROHIBITED', 'prohibited from this operation'],
  [0x00000102, 'ESME_RSERTYPUNAVAIL', 'service type is unavailable'],
  [0x00000103, 'ESME_RSERTYPDENIED', 'service type is denied'],
  [0x00000104, 'ESME_RINVDCS', 'invalid data_coding'],
  [0x00000105, 'ESME_RINVSRCADDRSUBUNIT', 'invalid source address subunit'],
  [0x00000106, 'ESME_RINVDSTADDRSUBUNIT', 'invalid destination address subunit'],
  [0x00000107, 'ESME_RINVBCASTFREQINT', 'invalid broadcast frequency interval'],
  [0x00000108, 'ESME_RINVBCASTALIAS_NAME', 'invalid broadcast alias name'],
  [0x00000109, 'ESME_RINVBCASTAREAFMT', 'invalid broadcast area format'],
  [0x0000010a, 'ESME_RINVNUMBCAST_AREAS', 'invalid number of broadcast areas'],
  [0x0000010b, 'ESME_RINVBCASTCNTTYPE', 'invalid broadcast content type'],
  [0x0000010c, 'ESME_RINVBCASTMSGCLASS', 'invalid broadcast message class'],
  [0x0000010d, 'ESME_RBCASTFAIL', 'broadcast_sm failed'],
  [0x0000010e, 'ESME_RBCASTQUERYFAIL', 'query_broadcast_sm failed'],
  [0x0000010f, 'ESME_RBCASTCANCELFAIL', 'cancel_broadcast_sm failed'],
  [0x00000110, 'ESME_RINVBCAST_REP', 'invalid number of broadcast repetitions'],
  [0x00000111, 'ESME_RINVBCASTSRVGRP', 'invalid broadcast service group'],
  [0x00000112, 'ESME_RINVBCASTCHANIND', 'invalid broadcast channel indicator'],
] as const

export type StatusName = (typeof TABLE)[number][1]

/** The number of each status by its name: `STATUS.ESME_RTHROTTLED` is 0x58. */
export const STATUS = Object.fromEntries(TABLE.map(([code, name]) => [name, code])) as Readonly<Record<StatusName, number>>

const BY_CODE: ReadonlyMap<number, (typeof TABLE)[number]> = new Map(TABLE.map((row) => [row[0], row]))

/** The standard's name; a code it does not know is told apart as vendor specific (0x400-0x4FF) or reserved, with its number. */
export function statusName(code: number): string {
  const hex = `0x${code.toString(16).padStart(2, '0')}`
  return BY_CODE.get(code)?.[1] ?? (code >= 0x400 && code <= 0x4ff ? `vendor status ${hex}` : `unknown status ${hex}`)
}

/** For an operator's eyes: `ESME_RTHROTTLED (0x58), throttled: over the allowed message rate`. */
export function describeStatus(code: number): string {
  const row = BY_CODE.get(code)
  return row ? `${row[1]} (0x${code.toString(16).padStart(2, '0')}), ${row[2]}` : statusName(code)
}
