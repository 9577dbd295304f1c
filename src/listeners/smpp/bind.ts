import type { BindObstacle } from '../../account/sign-in.ts'
import { Refusal, type RefusalCode } from '../../domain/refusal.ts'
import { type Bind, isBind } from '../../protocols/smpp/operations.ts'
import { type Pdu, type PduInput, type PduOf, responseOf } from '../../protocols/smpp/pdu.ts'
import { STATUS } from '../../protocols/smpp/status.ts'

export type BindRequest = PduOf<Bind>

export const isBindRequest = (pdu: Pdu): pdu is BindRequest => isBind(pdu.command)

const CENTRE_NAME = 'Heliogram'

/** The first version with optional parameters; a client of an older one would not know what they are. */
const VERSION_WITH_TLVS = 0x34
const VERSION_MAX = 0x50

export const knowsTlvs = (interfaceVersion: number): boolean => interfaceVersion >= VERSION_WITH_TLVS

/** The answer to a bind that is accepted: the customer's own version, or the highest of ours (SMPP 5.0, 4.8.4.51). */
export function bindAccepted({ command, sequence, interface_version: version }: BindRequest): PduInput {
  const spoken = version >= VERSION_MAX ? VERSION_MAX : VERSION_WITH_TLVS
  const tlvs = knowsTlvs(version) ? { tlvs: { sc_interface_version: spoken } } : {}
  return { command: responseOf(command), sequence, system_id: CENTRE_NAME, ...tlvs } as PduInput
}

export const bindRefused = ({ command, sequence }: BindRequest, status: number): PduInput =>
  ({ command: responseOf(command), sequence, status }) as PduInput

/** What a sign-in that is refused is told, where its reason does not say more. */
const REFUSED = {
  bad_request: STATUS.ESME_RBINDFAIL,
  bad_credentials: STATUS.ESME_RBINDFAIL, // the account is blocked, has no SMPP, or may not come from there
  insufficient_funds: STATUS.ESME_RBINDFAIL,
  ip_blocked: STATUS.ESME_RBINDFAIL,
  bad_time: STATUS.ESME_RBINDFAIL,
  denied: STATUS.ESME_RBINDFAIL,
  bad_number: STATUS.ESME_RBINDFAIL,
  no_route: STATUS.ESME_RBINDFAIL,
  duplicate: STATUS.ESME_RBINDFAIL,
  too_many_requests: STATUS.ESME_RSYSERR, // hundreds sign in at once: try again
  overloaded: STATUS.ESME_RSYSERR,
  not_found: STATUS.ESME_RBINDFAIL,
  no_subclient: STATUS.ESME_RBINDFAIL,
  shared_balance: STATUS.ESME_RBINDFAIL,
  not_saved: STATUS.ESME_RBINDFAIL,
  unavailable: STATUS.ESME_RSYSERR,
} as const satisfies Record<RefusalCode, number>

const BY_OBSTACLE: Readonly<Record<string, number>> = {
  login: STATUS.ESME_RINVSYSID,
  password: STATUS.ESME_RINVPASWD,
} satisfies { readonly [O in BindObstacle]?: number }

/** The command_status that a failed sign-in is told by. */
export function bindStatus(error: unknown): number {
  if (!(error instanceof Refusal)) return STATUS.ESME_RSYSERR
  return (error.code === 'bad_credentials' && BY_OBSTACLE[error.detail.reason ?? '']) || REFUSED[error.code]
}

const OBSTACLES: Readonly<Record<BindObstacle, string>> = {
  login: 'there is no such login',
  password: 'the password or key is wrong',
  smpp_off: 'SMPP is not switched on for the account',
  ip: 'the address is not on the list of the account or key',
  blocked: 'the account is blocked',
}

/** Why a sign-in was refused, for an operator. */
export const bindTrouble = (error: unknown): string => {
  if (!(error instanceof Refusal)) return 'the sign-in failed here'
  const words = OBSTACLES[error.detail.reason as BindObstacle]
  return error.code === 'bad_credentials' && words ? words : error.message
}
