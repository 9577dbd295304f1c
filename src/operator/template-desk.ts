import { OPERATOR_FLAGS, type OperatorFlag, operatorBits, TEMPLATE_STATUS } from '../domain/operator-template.ts'
import { Refusal } from '../domain/refusal.ts'
import { readDetailsOf } from '../store/accounts.ts'
import type { Session } from '../store/session.ts'
import type { ModeratedTemplate, TemplateDeskStore } from '../store/template-desk.ts'
import { isId, LISTED_MAX, type ModerationListing, readReason } from './moderation.ts'

export interface TemplateDeskParts {
  readonly session: Session
  readonly desk: TemplateDeskStore
  /** Registers a template for an account, by its id; in use at once. */
  readonly add: (
    account: { readonly id: number },
    template: { body: string; sender: string; operators: number },
  ) => Promise<number>
  /** After the commit: this node forgets the account at once, the others are told. */
  readonly changed: (accountId: number) => void
}

export type TemplateDesk = ReturnType<typeof createTemplateDesk>

/** What the moderator does with the texts that customers say the operators have approved. Refuses in sentences. */
export function createTemplateDesk({ session, desk, add, changed }: TemplateDeskParts) {
  async function find(id: number): Promise<ModeratedTemplate> {
    const found = isId(id) ? await desk.find(id) : undefined
    if (found) return found
    throw new Refusal('not_found', {
      field: 'id',
      reason: `There is no template ${id}. See: heliogram template list --status all`,
    })
  }

  async function judge(id: number, verdict: Pick<ModeratedTemplate, 'status' | 'reason'>): Promise<ModeratedTemplate> {
    const template = await find(id)
    if (await desk.judge(template, verdict)) changed(template.accountId)
    return find(id)
  }

  return {
    show: find,

    /** By rising id; at most 500, from `afterId` on. */
    list: ({ status, login, afterId }: ModerationListing): Promise<ModeratedTemplate[]> =>
      desk.list({ status: status === 'all' ? undefined : TEMPLATE_STATUS[status], login, afterId, limit: LISTED_MAX }),

    /** A template that the operator vouches for: it is in use at once. */
    async add(
      login: string,
      { text, sender, operators }: { text: string; sender: string; operators: readonly OperatorFlag[] },
    ): Promise<ModeratedTemplate> {
      const account = login.includes('\0') ? undefined : await readDetailsOf(session, login)
      if (!account) throw new Refusal('not_found', { field: 'login', reason: `There is no account '${login.slice(0, 64)}'.` })
      const bits = operatorBits((flag) => operators.includes(flag))
      const id = await add(account, { body: text, sender, operators: bits }).catch((error: unknown) => {
        throw asSentence(error, login)
      })
      return find(id)
    },

    /** Texts are compared with it from now on. */
    approve: (id: number): Promise<ModeratedTemplate> => judge(id, { status: TEMPLATE_STATUS.active, reason: '' }),

    /** Nothing is compared with it from now on, and its customer reads why. */
    async reject(id: number, written: string): Promise<ModeratedTemplate> {
      const reason = readReason(written, 'MTS knows no such text')
      return judge(id, { status: TEMPLATE_STATUS.rejected, reason })
    },
  }
}

/** A customer's script has numbers for it; the operator is told. */
function asSentence(error: unknown, login: string): unknown {
  if (!(error instanceof Refusal)) return error
  if (error.code === 'denied')
    return new Refusal('duplicate', { field: 'text', reason: `${login} has no room for another template: delete one.` })
  const shape = 'a text of at most 1000 characters, with up to ten placeholders like %d{1,6} and %w{1,3}'
  return new Refusal('bad_request', { field: 'text', reason: `That is no template: write ${shape}.` })
}

/** A template as the operator's JSON shows it. */
export const presentTemplate = (template: ModeratedTemplate) => ({
  id: template.id,
  login: template.login,
  text: template.body,
  sender: template.sender,
  operators: OPERATOR_FLAGS.filter((_, at) => (template.operators >> at) & 1),
  status: template.status,
  reason: template.reason,
  added_at: template.addedAt === 0 ? '' : new Date(template.addedAt).toISOString(),
})
