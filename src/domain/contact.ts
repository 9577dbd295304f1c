/** What is known of a contact besides its number or address; '' is nothing. */
export interface ContactFields {
  readonly name: string
  readonly lastName: string
  readonly firstName: string
  readonly middleName: string
  readonly birthday: string // dd.mm.yyyy
  readonly ownId: string // the customer's own
  readonly comment: string
  readonly tags: string // with commas between
  readonly otherPhones: string // as they were written
}

export type ContactField = keyof ContactFields

/** Characters of each. */
export const CONTACT_FIELDS: Readonly<Record<ContactField, number>> = {
  name: 200,
  lastName: 100,
  firstName: 100,
  middleName: 100,
  birthday: 10,
  ownId: 100,
  comment: 1000,
  tags: 500,
  otherPhones: 1000,
}

export const GROUP_NAME_MAX = 200
/** `G999999999` is the longest name of a group among recipients. */
export const GROUP_NUMBER_MAX = 999_999_999

/** The first letter of a group's name becomes a capital (SMSC API, get_group). */
export function groupName(written: string): string {
  const [first = '', ...rest] = written.trim()
  const capital = first.toUpperCase()
  return (capital.length === first.length ? capital : first) + rest.join('') // ß has none
}

const BIRTHDAY = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/

/** `1.1.1960` is 01.01.1960; '' is none. Undefined: no day of the calendar. */
export function parseBirthday(written: string): string | undefined {
  if (written === '') return ''
  const [, day = '', month = '', year = ''] = BIRTHDAY.exec(written) ?? []
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  if (Number(year) < 1000 || date.getUTCDate() !== Number(day) || date.getUTCMonth() !== Number(month) - 1) return undefined
  return `${day.padStart(2, '0')}.${month.padStart(2, '0')}.${year}`
}

/** Whom an entry of the blacklist keeps what from (SMSC API, type). */
export const BLACKLIST_TYPE = { everything: 0, mailings: 1, single: 2 } as const
export type BlacklistType = (typeof BLACKLIST_TYPE)[keyof typeof BLACKLIST_TYPE]

/** E-mail addresses and numbers stand in one column: no number has an `@`. */
export const isMailAddress = (address: string): boolean => address.includes('@')
