import type { WrittenAddresses } from '../../../account/contact-addresses.ts'
import type { ContactField, ContactFields } from '../../../domain/contact.ts'
import { malformed } from '../fields.ts'
import type { Params } from '../params.ts'

const FIELD_OF: Readonly<Record<string, ContactField>> = {
  name: 'name',
  lnm: 'lastName',
  fnm: 'firstName',
  mnm: 'middleName',
  bd: 'birthday',
  myid: 'ownId',
  cmt: 'comment',
  tags: 'tags',
  pho: 'otherPhones',
}

/** What is given, and empty where it is given empty: that clears it. */
export function readContactFields(params: Params): Partial<ContactFields> {
  const fields: { [Name in ContactField]?: string } = {}
  for (const [name, field] of Object.entries(FIELD_OF)) {
    const value = params.text(name)
    if (value !== undefined) fields[field] = value
  }
  return fields
}

export const readWritten = (params: Params): WrittenAddresses => ({ phones: params.text('phone'), mails: params.text('mail') })

/** Undefined: neither is given. */
export function readBecoming(params: Params): WrittenAddresses | undefined {
  const becoming = { phones: params.text('new_phone') || undefined, mails: params.text('new_mail') || undefined }
  return becoming.phones === undefined && becoming.mails === undefined ? undefined : becoming
}

/** Ids of groups rise from 1 and fit into 31 bits. */
const ID_MAX = 2_147_483_647
const GROUPS_OF_A_CONTACT_MAX = 100

/** A whole number, digits only. Undefined: not given, or empty. */
export function readWhole(params: Params, name: string, min: number, max: number): number | undefined {
  const written = params.text(name)?.trim()
  if (!written) return undefined
  const number = /^\d{1,16}$/.test(written) ? Number(written) : Number.NaN
  if (number >= min && number <= max) return number
  throw malformed(name)
}

export function readGroup(params: Params): number {
  const group = readWhole(params, 'grp', 1, ID_MAX)
  if (group === undefined) throw malformed('grp')
  return group
}

/** A list of ids; empty, or 0: none. Undefined: not given. */
export function readGroups(params: Params): readonly number[] | undefined {
  const written = params.text('grp')?.trim()
  if (written === undefined) return undefined
  if (written === '' || written === '0') return []
  const ids = new Set(written.split(/[\s,;|]+/).map((id) => (/^\d{1,10}$/.test(id) ? Number(id) : 0)))
  if (ids.size > GROUPS_OF_A_CONTACT_MAX) throw malformed('grp')
  for (const id of ids) if (id < 1 || id > ID_MAX) throw malformed('grp')
  return [...ids]
}
