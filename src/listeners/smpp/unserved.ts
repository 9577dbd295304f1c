import { STATUS } from '../../protocols/smpp/status.ts'
import type { Answer, Operations } from './bound.ts'

/** Answers everything with ESME_RSYSERR: nothing was taken, ask again later. */
const refuse = (_session: unknown, _pdu: unknown, answer: Answer<never>): void => answer({ status: STATUS.ESME_RSYSERR } as never)

/** Operations that nobody serves yet. */
export const UNSERVED = {
  submit_sm: refuse,
  submit_multi: refuse,
  data_sm: refuse,
  query_sm: refuse,
  cancel_sm: refuse,
  replace_sm: refuse,
} as unknown as Operations
