import { formatDate } from '../domain/calendar.ts'
import { heldName, type Language, statusName } from '../domain/status.ts'
import type { MessageReport } from './report.ts'

/** `status_name`: of a message that is held until its sending hours, also until when, to the minute on its customer's clock. */
export const stateNameOf = (
  { state, heldUntilMs }: Pick<MessageReport, 'state' | 'heldUntilMs'>,
  utcOffsetMinutes: number,
  language: Language,
): string =>
  heldUntilMs === undefined
    ? statusName(state, language)
    : heldName(state, formatDate(heldUntilMs, utcOffsetMinutes).slice(0, -3), language)
