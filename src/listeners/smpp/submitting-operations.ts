import { now as unixNow } from '../../clock.ts'
import { STATUS } from '../../protocols/smpp/status.ts'
import type { Operations } from './bound.ts'
import { createDataSm } from './data-sm.ts'
import { refusalTable } from './refusals.ts'
import { createSubmitMulti } from './submit-multi.ts'
import { createSubmitSm, type SubmitParts } from './submit-sm.ts'
import { createSubmit } from './submitting.ts'

export interface SubmittingSettings {
  /** command_status for a balance that does not cover a message; undefined: ESME_RSUBMITFAIL. */
  readonly noMoneyStatus?: number | undefined
  /** false: submit_multi is answered as a command that does not exist. */
  readonly submitMulti: boolean
}

/** The operations of customers that submit messages. */
export function createSubmittingOperations(
  parts: Omit<Parameters<typeof createSubmit>[0], 'refusals'> &
    Pick<SubmitParts, 'throughput'> &
    Partial<Pick<SubmitParts, 'now'>>,
  { noMoneyStatus, submitMulti }: SubmittingSettings,
): Pick<Operations, 'submit_sm' | 'submit_multi' | 'data_sm'> {
  const { accept, limits, throughput, now = unixNow } = parts
  const refusals = refusalTable(noMoneyStatus)
  const submitParts = { submit: createSubmit({ accept, limits, refusals }), throughput, refusals, now }
  return {
    submit_sm: createSubmitSm(submitParts),
    data_sm: createDataSm(submitParts),
    submit_multi: submitMulti ? createSubmitMulti(submitParts) : (_, __, answer) => answer({ status: STATUS.ESME_RINVCMDID }),
  }
}
