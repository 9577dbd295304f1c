import type { Account } from '../domain/account.ts'
import { TEMPLATE_STATUS } from '../domain/operator-template.ts'
import { Refusal } from '../domain/refusal.ts'
import { parseTemplate } from '../domain/template.ts'
import type { OperatorTemplateRow, TemplateRow, TemplateStore } from '../store/templates.ts'

/** What a template may be for (SMSC API, templates.php, format); empty: anything. */
export const TEMPLATE_FORMATS: readonly string[] = ['', 'sms', 'flash', 'bin', 'push', 'mms', 'call', 'mail', 'viber']

const NAME_MAX = 200
const BODY_MAX = 5_000
const SENDER_MAX = 40
/** Ids fit into 31 bits; what is beyond is nobody's. */
const ID_MAX = 2_147_483_647

type Fields = Omit<TemplateRow, 'id'>
export type OperatorTemplateDraft = Pick<OperatorTemplateRow, 'body' | 'sender' | 'operators'>
export type TemplateChange = { readonly [Name in keyof Fields]: Fields[Name] | undefined }

export interface TemplateParts {
  readonly templates: TemplateStore
  /** After the commit: this node forgets the account at once, the others are told. */
  readonly changed: (accountId: number) => void
}

/**
 * Texts that a customer keeps (SMSC API, templates.php). Refuses with bad_request what is missing or malformed, not_found,
 * and denied: there is no room.
 */
export function createTemplates({ templates, changed }: TemplateParts) {
  return {
    async add(account: Account, template: Fields): Promise<number> {
      check(template)
      const id = await templates.add(account.id, template)
      if (id === undefined) throw new Refusal('denied', { field: 'add' })
      changed(account.id)
      return id
    },

    /** What is undefined stays. */
    async change(account: Account, id: number, change: TemplateChange): Promise<void> {
      check(change)
      if (id > ID_MAX || !(await templates.change(account.id, id, change))) throw new Refusal('not_found', { field: 'id' })
      changed(account.id)
    },

    async remove(account: Account, id: number): Promise<void> {
      if (id > ID_MAX || !(await templates.remove(account.id, id))) throw new Refusal('not_found', { field: 'id' })
      changed(account.id)
    },

    /** By rising id. */
    list: (account: Account): Promise<TemplateRow[]> => templates.list(account.id),
  }
}

export type Templates = ReturnType<typeof createTemplates>

export interface OperatorTemplateParts extends TemplateParts {
  /** New ones wait for the moderator. */
  readonly moderated: boolean
  readonly now: () => number
}

/** Texts that operators have approved (SMSC API, op_templates.php), with placeholders. Refuses as `createTemplates` does. */
export function createOperatorTemplates({ templates, changed, moderated, now }: OperatorTemplateParts) {
  const status = moderated ? TEMPLATE_STATUS.waiting : TEMPLATE_STATUS.active

  return {
    async add(account: Pick<Account, 'id'>, template: OperatorTemplateDraft): Promise<number> {
      if ('problem' in parseTemplate(template.body)) throw new Refusal('bad_request', { field: 'msg' })
      within('sender', template.sender, SENDER_MAX)
      const id = await templates.addOperators(account.id, { ...template, status, addedAt: now() })
      if (id === undefined) throw new Refusal('denied', { field: 'add' })
      changed(account.id)
      return id
    },

    async remove(account: Account, id: number): Promise<void> {
      if (id > ID_MAX || !(await templates.removeOperators(account.id, id))) throw new Refusal('not_found', { field: 'id' })
      changed(account.id)
    },

    /** By rising id. */
    list: (account: Account): Promise<OperatorTemplateRow[]> => templates.listOperators(account.id),
  }
}

export type OperatorTemplates = ReturnType<typeof createOperatorTemplates>

function check({ name, body, format, sender }: TemplateChange): void {
  if (name === '') throw new Refusal('bad_request', { field: 'name' })
  if (body?.trim() === '') throw new Refusal('bad_request', { field: 'msg' })
  within('name', name, NAME_MAX)
  within('msg', body, BODY_MAX)
  within('sender', sender, SENDER_MAX)
  if (format !== undefined && !TEMPLATE_FORMATS.includes(format)) throw new Refusal('bad_request', { field: 'format' })
}

function within(field: string, value: string | undefined, most: number): void {
  if (value !== undefined && value.length > most) throw new Refusal('bad_request', { field, most })
}
