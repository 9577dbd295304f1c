import type pg from 'pg'
import type { TemplateStatus } from '../domain/operator-template.ts'
import type { Session, Statement } from './session.ts'
import { transaction } from './transaction.ts'

/** One account may have so many: all are listed at once, and each text may be compared with all of the operators'. */
export const TEMPLATES_MAX = 1_000
export const OPERATOR_TEMPLATES_MAX = 200

export interface TemplateRow {
  readonly id: number
  readonly name: string
  readonly body: string
  readonly format: string
  readonly sender: string
  readonly flag: number // 1: auto-signature
}

export interface OperatorTemplateRow {
  readonly id: number
  readonly body: string
  readonly sender: string
  readonly operators: number // two bits for each operator
  readonly status: TemplateStatus
  readonly reason: string // why it was rejected
}

export type NewOperatorTemplate = Omit<OperatorTemplateRow, 'id' | 'reason'> & { readonly addedAt: number /* Unix ms */ }

/** What an account keeps of texts. Changes of one account come one by one. */
export interface TemplateStore {
  /** The id; undefined: there is no room. */
  add(accountId: number, template: Omit<TemplateRow, 'id'>): Promise<number | undefined>
  /** What is undefined stays. False: there is no such template. */
  change(
    accountId: number,
    id: number,
    change: { readonly [Name in keyof Omit<TemplateRow, 'id'>]: TemplateRow[Name] | undefined },
  ): Promise<boolean>
  remove(accountId: number, id: number): Promise<boolean>
  list(accountId: number): Promise<TemplateRow[]>
  addOperators(accountId: number, template: NewOperatorTemplate): Promise<number | undefined>
  removeOperators(accountId: number, id: number): Promise<boolean>
  listOperators(accountId: number): Promise<OperatorTemplateRow[]>
}

const LOCK = `select id from accounts where id = $1 for no key update`

/** Only an account that has texts to be looked for is asked for them on the path of a message: its settings say so. */
const TOUCH = `
update accounts set version = version + 1, settings = case
  when exists (select from templates where account_id = $1 and flag = 1)
    or exists (select from operator_templates where account_id = $1 and status = 1)
  then settings || '{"text_rules": 1}' else settings - 'text_rules' end
where id = $1`

const ADD = `
insert into templates (account_id, name, body, format, sender, flag) select $1, $2, $3, $4, $5, $6
where (select count(*) from templates where account_id = $1) < ${TEMPLATES_MAX} returning id`

const CHANGE = `
update templates set name = coalesce($3, name), body = coalesce($4, body), format = coalesce($5, format),
  sender = coalesce($6, sender), flag = coalesce($7, flag)
where account_id = $1 and id = $2 returning id`

const REMOVE = `delete from templates where account_id = $1 and id = $2 returning id`

const LIST = `select id, name, body, format, sender, flag from templates where account_id = $1 order by id`

const ADD_OPERATORS = `
insert into operator_templates (account_id, body, sender, operators, status, added_at) select $1, $2, $3, $4, $5, $6
where (select count(*) from operator_templates where account_id = $1) < ${OPERATOR_TEMPLATES_MAX} returning id`

const REMOVE_OPERATORS = `delete from operator_templates where account_id = $1 and id = $2 returning id`

const LIST_OPERATORS = `select id, body, sender, operators, status, reason from operator_templates where account_id = $1 order by id`

/** Runs a statement about one text of an account, whose id it returns; undefined: nothing was changed. */
export const changeTexts = (
  pool: pg.Pool,
  accountId: number,
  text: string,
  values: readonly unknown[],
): Promise<number | undefined> =>
  transaction(pool, async (tx) => {
    await tx.query(LOCK, [accountId])
    const id = (await tx.query<{ id: number }>(text, [accountId, ...values])).rows[0]?.id
    if (id !== undefined) await tx.query(TOUCH, [accountId])
    return id
  })

export function templateStore(pool: pg.Pool): TemplateStore {
  const changed = (accountId: number, text: string, values: readonly unknown[]): Promise<number | undefined> =>
    changeTexts(pool, accountId, text, values)

  return {
    add: (accountId, { name, body, format, sender, flag }) => changed(accountId, ADD, [name, body, format, sender, flag]),
    change: async (accountId, id, { name, body, format, sender, flag }) =>
      (await changed(accountId, CHANGE, [id, name, body, format, sender, flag])) !== undefined,
    remove: async (accountId, id) => (await changed(accountId, REMOVE, [id])) !== undefined,
    list: async (accountId) => (await pool.query<TemplateRow>(LIST, [accountId])).rows,
    addOperators: (accountId, { body, sender, operators, status, addedAt }) =>
      changed(accountId, ADD_OPERATORS, [body, sender, operators, status, addedAt]),
    removeOperators: async (accountId, id) => (await changed(accountId, REMOVE_OPERATORS, [id])) !== undefined,
    listOperators: async (accountId) => (await pool.query<OperatorTemplateRow>(LIST_OPERATORS, [accountId])).rows,
  }
}

const TEXT: Statement = { name: 'template_text', text: `select body from templates where account_id = $1 and id = $2` }

/** Undefined: the account has no such template. */
export const readTemplateText = async (session: Session, accountId: number, id: number): Promise<string | undefined> =>
  (await session.run(TEXT, [accountId, id]))[0]?.[0] as string | undefined
