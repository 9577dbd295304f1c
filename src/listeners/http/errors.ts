import { Refusal, type RefusalCode } from '../../domain/refusal.ts'
import type { Members, Shape } from './answer.ts'

/** A refusal in the words of the SMSC API. */
export interface ErrorAnswer {
  readonly number: number
  readonly text: string
  /** The message that the refusal is about, when it was stored. */
  readonly id?: number | string | undefined
}

export type ErrorTable = Readonly<Record<RefusalCode, ErrorAnswer>>

/** Clients test for some of these strings: the spelling is the original's. */
const PARAMETERS = { number: 1, text: 'parameters error' }
const CREDENTIALS = { number: 2, text: 'authorise error' }
const NOT_FOUND = { number: 3, text: 'record not found' }
const NOT_SAVED = { number: 5, text: 'save error' }
const NO_SUBCLIENT = { number: 6, text: 'subclient not found' }
const BLOCKED = { number: 4, text: 'ip is blocked' }
const DUPLICATE = { number: 9, text: 'duplicate request, wait a minute' }
const TOO_MANY = { number: 9, text: 'too many concurrent requests' }

/** What every script answers alike. */
const ANY = {
  bad_request: PARAMETERS,
  bad_credentials: CREDENTIALS,
  ip_blocked: BLOCKED,
  duplicate: DUPLICATE,
  too_many_requests: TOO_MANY,
  overloaded: TOO_MANY,
  unavailable: TOO_MANY,
  no_subclient: NOT_FOUND,
  shared_balance: PARAMETERS,
  not_saved: NOT_SAVED,
} as const

/** SMSC API, errors of send.php */
export const SEND_ERRORS = {
  ...ANY,
  insufficient_funds: { number: 3, text: 'no money' },
  bad_time: { number: 5, text: 'wrong date format' },
  denied: { number: 6, text: 'message is denied' },
  bad_number: { number: 7, text: 'invalid number' },
  no_route: { number: 8, text: "can't to deliver" },
  not_found: PARAMETERS,
} as const satisfies ErrorTable

/** SMSC API, errors of status.php: an unknown message is no error but status -3; 5 is about deletion. */
export const STATUS_ERRORS = {
  ...ANY,
  insufficient_funds: PARAMETERS,
  bad_time: PARAMETERS,
  denied: { number: 5, text: 'delete failed' },
  bad_number: PARAMETERS,
  no_route: PARAMETERS,
  not_found: { number: 5, text: 'delete failed' },
} as const satisfies ErrorTable

/** SMSC API, errors of balance.php: what it can't meet is a bad parameter. */
export const BALANCE_ERRORS = {
  ...ANY,
  insufficient_funds: PARAMETERS,
  bad_time: PARAMETERS,
  denied: CREDENTIALS,
  bad_number: PARAMETERS,
  no_route: PARAMETERS,
  not_found: PARAMETERS,
} as const satisfies ErrorTable

/** SMSC API, errors of get.php and get_mnp.php: 3 is a history without messages. */
export const GET_ERRORS = { ...BALANCE_ERRORS, not_found: NOT_FOUND } as const satisfies ErrorTable

/** SMSC API, errors of info.php: 3 is a number of no operator. */
export const INFO_ERRORS = { ...GET_ERRORS, bad_number: NOT_FOUND } as const satisfies ErrorTable

/** SMSC API, errors of tinyurls.php; 5, that a link cannot be made, is our own. */
export const TINYURLS_ERRORS = { ...GET_ERRORS, denied: NOT_SAVED } as const satisfies ErrorTable

/** SMSC API, errors of downloads.php: 3 is a file that is not there, or not yet; 5, that none can be made, is our own. */
export const DOWNLOADS_ERRORS = TINYURLS_ERRORS satisfies ErrorTable
/** SMSC API, errors of documents.php: 5 is what cannot be made, 6 a sub-client that is not there. */
export const DOCUMENTS_ERRORS = { ...TINYURLS_ERRORS, bad_number: NO_SUBCLIENT } as const satisfies ErrorTable

/** SMSC API, errors of phones.php: 5 is what cannot be saved. */
export const PHONES_ERRORS = { ...TINYURLS_ERRORS, bad_number: NOT_SAVED } as const satisfies ErrorTable

/** SMSC API, errors of templates.php and op_templates.php: 5 is what cannot be saved. */
export const TEMPLATES_ERRORS = PHONES_ERRORS satisfies ErrorTable

/** SMSC API, errors of users.php: 3 is a report of nothing, 5 what cannot be done, 8 what cannot be saved. */
export const USERS_ERRORS = {
  ...PHONES_ERRORS,
  insufficient_funds: { number: 10, text: 'no money' },
  no_subclient: { number: 6, text: 'subclient not found' },
  shared_balance: { number: 7, text: 'subclient has no such balance' },
  not_saved: { number: 8, text: 'record is not saved' },
} satisfies ErrorTable

/** A refusal by the script's table. Anything else is a bug or an outage: the client hears that we can't right now. */
export function errorAnswer(error: unknown, table: ErrorTable): ErrorAnswer {
  if (!(error instanceof Refusal)) return table.unavailable
  const { ref } = error.detail
  return ref === undefined ? table[error.code] : { ...table[error.code], id: ref }
}

export const ERROR: Shape<ErrorAnswer> = {
  element: 'result',
  list: 'list',
  members: ({ number, text, id }) => {
    const members: Members = [
      ['error', text],
      ['error_code', number],
    ]
    return id === undefined ? members : [...members, ['id', id]]
  },
  text: ({ number, text, id }) => `ERROR = ${number} (${text})${id === undefined ? '' : `, ID - ${id}`}`,
  commas: ({ number, id }) => `${id ?? 0},-${number}`,
}
