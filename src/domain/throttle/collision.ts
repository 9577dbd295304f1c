import { byRank, isWithin, type Rule, whyFirst } from './rule.ts'
import { foldErr } from './text-pattern.ts'

/** What a new rule meets among those that are there. */
export interface Collision {
  readonly with: Rule
  /** same: the very same answers, so that one of the two could never count · overlap: some answers fit both, and neither is a special case of the other */
  readonly kind: 'same' | 'overlap'
  readonly winner: Rule
  readonly why: string
}

/**
 * Rules that would contradict a new one: both fit some answers and say different things about them. A special case of a wider
 * rule is no contradiction, that is what special cases are for.
 */
export function collisionsOf(fresh: Rule, rules: Iterable<Rule>): Collision[] {
  const found: Collision[] = []
  for (const rule of rules) {
    if (rule.id === 0 || rule.id === fresh.id || rule.on !== fresh.on || !meet(fresh, rule)) continue
    const wider = isAtLeast(rule, fresh)
    const narrower = isAtLeast(fresh, rule)
    const [winner, loser] = byRank(fresh, rule) <= 0 ? [fresh, rule] : [rule, fresh]
    if (wider && narrower) found.push({ with: rule, kind: 'same', winner: rule, why: 'it is the older' })
    else if (!wider && !narrower && !sayTheSame(fresh, rule)) {
      found.push({ with: rule, kind: 'overlap', winner, why: whyFirst(winner, loser) })
    }
  }
  return found
}

const sayTheSame = (one: Rule, other: Rule): boolean =>
  one.class === other.class && one.action === other.action && one.seconds === other.seconds && one.after === other.after

const textOf = (text: string): string => text.toLowerCase()

/** Whether answers could fit both. That one text has the words of two rules is no reason to worry anybody. */
const meet = (one: Rule, other: Rule): boolean =>
  (one.carrierId === 0 || other.carrierId === 0 || one.carrierId === other.carrierId) &&
  (one.mccmnc === '' || other.mccmnc === '' || isWithin(one.mccmnc, other.mccmnc) || isWithin(other.mccmnc, one.mccmnc)) &&
  (one.status < 0 || other.status < 0 || one.status === other.status) &&
  (textOf(one.text).includes(textOf(other.text)) || textOf(other.text).includes(textOf(one.text))) &&
  bothMay(one.stat.toUpperCase(), other.stat.toUpperCase()) &&
  bothMay(foldErr(one.err), foldErr(other.err))

const bothMay = (one: string, other: string): boolean => one === '' || other === '' || one === other

/** Whether everything that fits `narrow` fits `wide` too. */
const isAtLeast = (wide: Rule, narrow: Rule): boolean =>
  (wide.carrierId === 0 || wide.carrierId === narrow.carrierId) &&
  (wide.mccmnc === '' || isWithin(narrow.mccmnc, wide.mccmnc)) &&
  (wide.status < 0 || wide.status === narrow.status) &&
  (wide.text === '' || textOf(narrow.text).includes(textOf(wide.text))) &&
  (wide.stat === '' || wide.stat.toUpperCase() === narrow.stat.toUpperCase()) &&
  (wide.err === '' || foldErr(wide.err) === foldErr(narrow.err))
