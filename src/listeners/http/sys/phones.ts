import type { BlacklistDesk } from '../../../account/blacklist.ts'
import { BLACKLIST_PAGE_MAX } from '../../../account/blacklist.ts'
import type { ContactGroups } from '../../../account/contact-groups.ts'
import { CONTACTS_PAGE_MAX, type Contacts } from '../../../account/contacts.ts'
import { type BlacklistType, GROUP_NUMBER_MAX } from '../../../domain/contact.ts'
import { print, printMany } from '../answer.ts'
import type { Handler } from '../call.ts'
import { PHONES_ERRORS } from '../errors.ts'
import { malformed, readChoice, readCount, readFlag, readId } from '../fields.ts'
import type { Params } from '../params.ts'
import type { ScriptServices } from '../script.ts'
import { createOperations, type Operation } from './operations.ts'
import { barredShape, CONTACT, CREATED, CREATED_GROUP, GROUP } from './phones-answer.ts'
import { PARAMETERS } from './phones-parameters.ts'
import { readBecoming, readContactFields, readGroup, readGroups, readWhole, readWritten } from './phones-request.ts'

export interface PhonesServices extends ScriptServices {
  readonly contacts: Contacts
  readonly groups: ContactGroups
  readonly blacklist: BlacklistDesk
}

/** phones.php: contacts, groups and the blacklist. */
export function createPhones(services: PhonesServices): Handler {
  const { contacts, groups, blacklist } = services

  const operations: Readonly<Record<string, Operation>> = {
    async add(params, account, fmt) {
      const contact = { written: readWritten(params), fields: readContactFields(params), groups: readGroups(params) ?? [] }
      return print(CREATED, await contacts.add(account, contact), fmt)
    },

    async add_group(params, account, fmt) {
      const number = readWhole(params, 'num', 0, GROUP_NUMBER_MAX) || null
      const group = { name: params.text('name') ?? '', number, kind: readChoice(params, 'type', 1) }
      return print(CREATED_GROUP, await groups.add(account, group), fmt)
    },

    async chg(params, account) {
      const fields = readContactFields(params)
      await contacts.change(account, {
        ...{ written: readWritten(params), becoming: readBecoming(params), fields, groups: readGroups(params) },
      })
    },

    async chg_group(params, account) {
      const number = params.has('num') ? readWhole(params, 'num', 0, GROUP_NUMBER_MAX) || null : undefined
      await groups.change(account, { id: readGroup(params), name: params.text('name') ?? '', number })
    },

    async move_group(params, account) {
      const move = readChoice(params, 'move_group', 3) as 1 | 2 | 3
      await groups.move(account, { written: readWritten(params), group: readGroup(params), move })
    },

    del: async (params, account) => void (await contacts.remove(account, readWritten(params))),

    del_group: async (params, account) => void (await groups.remove(account, readGroup(params))),

    async get(params, account, fmt) {
      const filters = ['phone', 'mail'].some((name) => params.octets(name)?.trim())
      const [group = undefined, ...others] = readGroups(params) ?? []
      if (others.length > 0) throw malformed('grp')
      const rows = await contacts.list(account, {
        written: filters ? readWritten(params) : undefined,
        group: params.text('grp')?.trim() === '0' ? 0 : group,
        person: params.text('fio')?.trim() ?? '',
        words: params.text('search')?.trim() ?? '',
        ...readPage(params, CONTACTS_PAGE_MAX),
      })
      return printMany(CONTACT, rows, fmt)
    },

    get_group: async (_, account, fmt) => printMany(GROUP, await groups.list(account), fmt),

    async add_black(params, account, fmt) {
      const type = readChoice(params, 'type', 2) as BlacklistType
      return print(CREATED, await blacklist.add(account, readWritten(params), type), fmt)
    },

    del_black: async (params, account) => void (await blacklist.remove(account, readWritten(params))),

    async get_black(params, account, fmt) {
      const { afterId, limit } = readPage(params, BLACKLIST_PAGE_MAX)
      return printMany(barredShape(account.utcOffsetMinutes), await blacklist.list(account, afterId, limit), fmt)
    },
  }

  return createOperations({
    ...services,
    name: 'phones',
    errors: PHONES_ERRORS,
    parameters: PARAMETERS,
    operations,
    isAsked: (params, name) => (name === 'move_group' ? readChoice(params, name, 3) > 0 : readFlag(params, name)),
  })
}

function readPage(params: Params, max: number): { afterId: number; limit: number } {
  return {
    afterId: readId(params, 'after_id') ?? 0,
    limit: readCount(params, 'cnt', max, max),
  }
}
