import type { Control } from '../domain/delivery-control.ts'

/** A message as it is read back to be sent, settled or recovered. */
export interface LoadedMessage {
  readonly accountId: number
  readonly id: number
  readonly ref: number
  readonly refText: string | null
  readonly price: bigint
  readonly refunded: bigint
  readonly cost: bigint
  readonly expiresAtMs: number
  readonly sentAtMs: number
  readonly payerId: number
  readonly carrierId: number
  readonly state: number
  readonly err: number
  readonly channel: number
  readonly lane: number
  readonly parts: number
  readonly flags: number
  readonly dcs: number
  readonly pid: number
  readonly priority: number
  readonly hops: number
  readonly attempts: number
  readonly duplicates: number
  readonly mccmnc: string
  readonly recipient: string
  readonly sender: string
  readonly body: string | null // the shared text where there is one
  readonly octets: Buffer | null
  readonly partStates: Buffer | null
  readonly carrierIds: string | null
  readonly trace: Buffer | null
  readonly control: Control | null
}

const COLUMNS = [
  'account_id',
  'id',
  'ref',
  'ref_text',
  'price::text',
  'refunded::text',
  'cost::text',
  'expires_at',
  'sent_at',
  'payer_id',
  'carrier_id',
  'state',
  'err',
  'channel',
  'lane',
  'parts',
  'flags',
  'dcs',
  'pid',
  'priority',
  'hops',
  'attempts',
  'duplicates',
  'mccmnc',
  'recipient',
  'sender',
  'octets',
  'part_states',
  'carrier_ids',
  'trace',
  'control',
] as const

/** The columns of a message in `from`, and its text from `shared_body` or `body`, in the order that readLoaded expects. */
export const loadedColumns = (from: string): string =>
  `${COLUMNS.map((column) => `${from}.${column}`).join(', ')}, coalesce(${from}.shared_body, ${from}.body)`

export function readLoaded(row: readonly unknown[]): LoadedMessage {
  const [
    accountId,
    id,
    ref,
    refText,
    price,
    refunded,
    cost,
    expiresAt,
    sentAt,
    payerId,
    carrierId,
    state,
    err,
    channel,
    lane,
    parts,
    flags,
    dcs,
    pid,
    priority,
    hops,
    attempts,
    duplicates,
    mccmnc,
    recipient,
    sender,
    octets,
    partStates,
    carrierIds,
    trace,
    control,
    body,
  ] = row
  return {
    accountId: accountId as number,
    id: Number(id),
    ref: Number(ref),
    refText: refText as string | null,
    price: BigInt(price as string),
    refunded: BigInt(refunded as string),
    cost: BigInt(cost as string),
    expiresAtMs: Number(expiresAt),
    sentAtMs: Number(sentAt),
    payerId: payerId as number,
    carrierId: carrierId as number,
    state: state as number,
    err: err as number,
    channel: channel as number,
    lane: lane as number,
    parts: parts as number,
    flags: flags as number,
    dcs: dcs as number,
    pid: pid as number,
    priority: priority as number,
    hops: hops as number,
    attempts: attempts as number,
    duplicates: duplicates as number,
    mccmnc: mccmnc as string,
    recipient: recipient as string,
    sender: sender as string,
    body: body as string | null,
    octets: octets as Buffer | null,
    partStates: partStates as Buffer | null,
    carrierIds: carrierIds as string | null,
    trace: trace as Buffer | null,
    control: control as Control | null,
  }
}
