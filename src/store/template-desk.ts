import type pg from 'pg'
import { changeTexts, type OperatorTemplateRow } from './templates.ts'

/** A template as the moderator sees it. */
export interface ModeratedTemplate extends OperatorTemplateRow {
  readonly accountId: number
  readonly login: string
  readonly addedAt: number // Unix ms; 0: before that was noted
}

const COLUMNS = `t.id, t.body, t.sender, t.operators, t.status, t.reason, t.account_id as "accountId", a.login, t.added_at::float8 as "addedAt"`
const FROM = 'from operator_templates t join accounts a on a.id = t.account_id'

const LIST = `
select ${COLUMNS} ${FROM} where ($1::int2 is null or t.status = $1) and ($2::text is null or a.login = $2) and t.id > $3
order by t.id limit $4`

const ONE = `select ${COLUMNS} ${FROM} where t.id = $1`

const JUDGE = `update operator_templates set status = $3, reason = $4 where account_id = $1 and id = $2 returning id`

export type TemplateDeskStore = ReturnType<typeof templateDeskStore>

/** The operators' templates of all accounts, for the moderator. */
export const templateDeskStore = (pool: pg.Pool) => ({
  /** By rising id. Undefined: any. */
  list: async (asked: {
    readonly status: number | undefined
    readonly login: string | undefined
    readonly afterId: number
    readonly limit: number
  }): Promise<ModeratedTemplate[]> =>
    (await pool.query<ModeratedTemplate>(LIST, [asked.status ?? null, asked.login ?? null, asked.afterId, asked.limit])).rows,

  find: async (id: number): Promise<ModeratedTemplate | undefined> => (await pool.query<ModeratedTemplate>(ONE, [id])).rows[0],

  /** False: it is gone. */
  judge: async (
    { accountId, id }: Pick<ModeratedTemplate, 'accountId' | 'id'>,
    { status, reason }: Pick<ModeratedTemplate, 'status' | 'reason'>,
  ): Promise<boolean> => (await changeTexts(pool, accountId, JUDGE, [id, status, reason])) !== undefined,
})
