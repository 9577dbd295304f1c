import { formatDate } from '../../../domain/calendar.ts'
import { isMailAddress } from '../../../domain/contact.ts'
import { created, inLine, type Members, type Shape } from '../answer.ts'

/** A contact, or an entry of the blacklist. */
export const CREATED: Shape<number> = created('phone')
export const CREATED_GROUP: Shape<number> = created('group')

const pairs = (members: Members): string => inLine(members.map(([name, value]) => `${name} = ${value}`).join(', '))

/** Commas part the values of a line, so within one they become semicolons. */
const values = (row: readonly (string | number)[]): string =>
  inLine(row.map((value) => String(value).replaceAll(',', ';')).join(','))

interface Contact {
  readonly id: number
  readonly address: string
  readonly groups: string
  readonly name: string
  readonly lastName: string
  readonly firstName: string
  readonly middleName: string
  readonly birthday: string
  readonly ownId: string
  readonly comment: string
  readonly tags: string
  readonly otherPhones: string
}

const groupsOf = ({ groups }: Contact): string => groups || '0'
const phoneOf = ({ address }: { readonly address: string }): string => (isMailAddress(address) ? '' : address)
const mailOf = ({ address }: { readonly address: string }): string => (isMailAddress(address) ? address : '')

/** The names of the answer, in its order; what is empty is left out, but for the first and the name. */
const CONTACT_MEMBERS: readonly (readonly [name: string, of: (contact: Contact) => string | number])[] = [
  ['phone', phoneOf],
  ['mail', mailOf],
  ['name', (contact) => contact.name],
  ['group', groupsOf],
  ['first_name', (contact) => contact.firstName],
  ['last_name', (contact) => contact.lastName],
  ['middle_name', (contact) => contact.middleName],
  ['birthday', (contact) => contact.birthday],
  ['id', (contact) => contact.ownId],
  ['comments', (contact) => contact.comment],
  ['tags', (contact) => contact.tags],
  ['phone_other', (contact) => contact.otherPhones],
  ['int_id', (contact) => contact.id],
]

function contactMembers(contact: Contact): Members {
  const members: Members[number][] = []
  for (const [name, of] of CONTACT_MEMBERS) {
    const value = of(contact)
    if (value !== '' || name === 'phone' || name === 'name') members.push([name, value])
  }
  return members
}

/** `id` is the customer's own, `int_id` ours. */
export const CONTACT: Shape<Contact> = {
  element: 'phone',
  list: 'phones',
  members: contactMembers,
  text: (contact) => pairs(contactMembers(contact)),
  commas: (contact) =>
    values([
      ...[contact.address, contact.name, groupsOf(contact), contact.firstName, contact.lastName, contact.middleName],
      ...[contact.birthday, contact.ownId, contact.id, contact.tags, contact.otherPhones, contact.comment],
    ]),
}

interface Group {
  readonly id: number
  readonly name: string
  readonly number: number | null
  readonly kind: number
  readonly members: number
}

/** `number` only where the group has one, `type` only where it is of e-mail addresses. */
const groupMembers = ({ id, name, number, kind, members }: Group): Members => [
  ['id', id],
  ['name', name],
  ...(number === null ? [] : [['number', number] as const]),
  ['cnt', String(members)],
  ...(kind === 0 ? [] : [['type', kind] as const]),
]

export const GROUP: Shape<Group> = {
  element: 'group',
  list: 'groups',
  members: groupMembers,
  text: (group) => pairs(groupMembers(group)),
  commas: ({ id, number, members, name }) => inLine(`${id},${number ?? ''},${members},${name}`),
}

interface Barred {
  readonly id: number
  readonly address: string
  readonly type: number
  /** By which the subscriber asked for no more messages himself. */
  readonly optOut?:
    | {
        readonly atMs: number
        readonly text: string
        readonly number: string
        readonly answeredRef: string | undefined
      }
    | undefined
}

const barredMembers = (entry: Barred): Members => [
  ['phone', phoneOf(entry)],
  ...(isMailAddress(entry.address) ? [['mail', entry.address] as const] : []),
  ['type', entry.type],
  ['int_id', entry.id],
]

/** What the subscriber wrote stands last: it may have commas. */
function optOutMembers({ optOut }: Barred, utcOffsetMinutes: number): Members {
  if (!optOut) return []
  const { atMs, number, text, answeredRef } = optOut
  return [
    ['date', formatDate(atMs, utcOffsetMinutes)],
    ['to_phone', number],
    ...(answeredRef === undefined ? [] : [['sms_id', answeredRef] as const]),
    ['message', text],
  ]
}

/** An extension: the original lists its blacklist on the web only. In fmt 1 who was entered by hand has three values. */
export const barredShape = (utcOffsetMinutes: number): Shape<Barred> => {
  const membersOf = (entry: Barred): Members => [...barredMembers(entry), ...optOutMembers(entry, utcOffsetMinutes)]
  return {
    element: 'phone',
    list: 'phones',
    members: membersOf,
    text: (entry) => pairs(membersOf(entry)),
    commas: (entry) => {
      const { id, address, type, optOut } = entry
      if (!optOut) return `${address},${type},${id}`
      const date = formatDate(optOut.atMs, utcOffsetMinutes)
      return inLine(`${address},${type},${id},${date},${optOut.number},${optOut.answeredRef ?? ''},${optOut.text}`)
    },
  }
}
