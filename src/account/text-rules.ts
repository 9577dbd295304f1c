import type { Account } from '../domain/account.ts'
import { TEMPLATE_STATUS } from '../domain/operator-template.ts'
import { type TextRules, textRules } from '../domain/text-rules.ts'
import type { TemplateStore } from '../store/templates.ts'

/** Undefined: the account has none, which its settings say; a promise while they are read. */
export type RulesOf = (account: Account) => TextRules | undefined | Promise<TextRules>

/** They are kept as long as what is known of the account: a change of either raises its version. */
export function createRulesOf(store: Pick<TemplateStore, 'list' | 'listOperators'>): RulesOf {
  const kept = new WeakMap<Account, TextRules | Promise<TextRules>>()

  async function read(account: Account): Promise<TextRules> {
    try {
      const [texts, templates] = await Promise.all([store.list(account.id), store.listOperators(account.id)])
      const approved = templates.filter(({ status }) => status === TEMPLATE_STATUS.active)
      const signatures = texts.filter(({ flag }) => flag === 1)
      const rules = textRules({ only: String(account.settings.templates_only ?? ''), approved, signatures })
      kept.set(account, rules)
      return rules
    } catch (error) {
      kept.delete(account)
      throw error
    }
  }

  return (account) => {
    const { settings } = account
    if (settings.text_rules === undefined && settings.templates_only === undefined) return undefined
    const known = kept.get(account)
    if (known) return known
    const reading = read(account)
    kept.set(account, reading)
    return reading
  }
}
