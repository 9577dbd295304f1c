import type { Outgoing } from '../connector.ts'
import { type Match, type Rule, ruleSchema } from './settings.ts'

/** What a fate may depend on: nothing that happens while the program runs, so the same traffic meets the same fates. */
export type Addressed = Pick<Outgoing, 'id' | 'channel' | 'from' | 'to'>

/** The fate of whom no rule matches. */
export const DELIVERED: Rule = ruleSchema.parse({ title: 'Delivered' })

/** The first rule that matches. All parts of a message share its fate. */
export function fateOf(seed: number, rules: readonly Rule[], message: Addressed): Rule {
  for (let place = 0; place < rules.length; place++) {
    const rule = rules[place]
    if (rule !== undefined && fits(rule.match, message) && isInShare(rule.match.percent, seed, place, message.id)) return rule
  }
  return DELIVERED
}

const fits = ({ prefix, suffix, sender, channel }: Match, { to, from, channel: travels }: Addressed): boolean =>
  (prefix === undefined || to.startsWith(prefix)) &&
  (suffix === undefined || to.endsWith(suffix)) &&
  (sender === undefined || from === sender) &&
  (channel === undefined || channel.includes(travels))

/** The place of the rule is mixed in, so that two rules of 10 % do not choose the same tenth. */
const isInShare = (percent: number | undefined, seed: number, place: number, id: number): boolean =>
  percent === undefined || (hash(seed, place, id) / 2 ** 32) * 100 < percent

/** 32 bits in which neighbouring ids have nothing in common. */
function hash(seed: number, place: number, id: number): number {
  const high = Math.floor(id / 2 ** 32)
  return mix(mix(mix(seed ^ Math.imul(place + 1, 0x9e3779b1)) ^ high) ^ id)
}

function mix(bits: number): number {
  const once = Math.imul(bits ^ (bits >>> 16), 0x7feb352d)
  const twice = Math.imul(once ^ (once >>> 15), 0x846ca68b)
  return (twice ^ (twice >>> 16)) >>> 0
}
