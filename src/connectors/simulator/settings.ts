import { z } from 'zod'
import { CHANNELS, type Channel } from '../../domain/channel.ts'

/**
 * What an operator configures. A fate is data: a rule says whom it is for and what happens to them;
 * the first rule that matches decides, and who is matched by none is delivered.
 */

const delayMs = z
  .int()
  .min(0)
  .max(7 * 86_400_000)
const CHANNEL_NAMES = Object.keys(CHANNELS) as [Channel, ...Channel[]]

export const matchSchema = z.strictObject({
  prefix: z.string().min(1).max(64).optional().describe('How the recipient begins'),
  suffix: z.string().min(1).max(64).optional().describe('How the recipient ends'),
  sender: z.string().max(64).optional().describe('The sender, exactly'),
  channel: z.array(z.enum(CHANNEL_NAMES)).min(1).optional().describe('One of these channels'),
  percent: z.number().min(0).max(100).optional().describe('This share of the messages that all else fits, chosen by seed and id'),
})

const reply = z.strictObject({
  text: z.string().min(1).max(1_000),
  afterMs: delayMs.default(1_000).describe('How long after the receipt, in milliseconds'),
})

export const ruleSchema = z.strictObject({
  title: z.string().min(1).max(200).describe('What happens, in words; also the reason that a refusal gives'),
  match: matchSchema.default({}).describe('Whom it is for: everything that is given must hold; nothing given, everybody'),
  outcome: z
    .enum(['delivered', 'read', 'undeliverable', 'expired', 'filtered', 'rejected', 'busy', 'unknown', 'outage'])
    .default('delivered')
    .describe(
      'read: delivered, then read; filtered: taken, then rejected; unknown: lost unanswered; outage: lost, and the link with it',
    ),
  err: z.int().min(0).max(999).default(0).describe('The error number of the receipt'),
  status: z
    .int()
    .min(0)
    .max(0xffff_ffff)
    .optional()
    .describe('command_status of a refusal; default ESME_RSUBMITFAIL, busy ESME_RTHROTTLED'),
  busyTimes: z
    .int()
    .min(1)
    .max(1_000)
    .optional()
    .describe('A busy part is taken when it comes once more than this; default: never'),
  pauseMs: delayMs.default(1_000).describe('How long the link pauses after busy, or is down after an outage, in milliseconds'),
  answered: z.boolean().default(true).describe('False: the part is taken, but its answer gets lost'),
  answerMs: delayMs.optional().describe('Milliseconds until the answer; default: responseDelayMs'),
  receipt: z
    .enum(['once', 'twice', 'early', 'never'])
    .default('once')
    .describe('early: before the answer; never: only when asked for'),
  receiptMs: delayMs.optional().describe('Milliseconds from the answer to the receipt; default: receiptDelayMs'),
  notation: z
    .enum(['same', 'hex_then_decimal', 'decimal_then_hex', 'upper_hex', 'padded'])
    .default('same')
    .describe('How the id is written in the answer and then in the receipt'),
  roaming: z.boolean().default(false).describe('HLR: the subscriber is abroad'),
  reply: reply.optional().describe('A message that the recipient sends back once delivered'),
})

export type Rule = z.output<typeof ruleSchema>
export type Match = Rule['match']

const outage = z.strictObject({
  fromSecond: z.int().min(0).max(59),
  toSecond: z.int().min(0).max(60).describe('Not included; below fromSecond: into the next minute'),
})
export type Outage = z.output<typeof outage>

export const settings = z.strictObject({
  window: z.int().min(1).max(100_000).default(1_000).describe('Parts that may be unanswered at once'),
  rate: z.int().min(0).max(1_000_000).default(0).describe('Parts per second; 0: no limit'),
  responseDelayMs: delayMs.default(0).describe('Milliseconds until a part is answered'),
  receiptDelayMs: delayMs.default(500).describe('Milliseconds from the answer to the receipt'),
  responseTimeoutMs: delayMs.min(1).default(5_000).describe('Milliseconds after which an unanswered part counts as unknown'),
  seed: z.int().min(0).max(0xffff_ffff).default(1).describe('Another seed, other shares'),
  rules: z.array(ruleSchema).max(1_000).default([]).describe('Fates; the first rule that matches decides'),
  preset: z.enum(['sandbox', 'none']).default('sandbox').describe('sandbox: after the rules come those of docs/simulator.md'),
  outages: z.array(outage).max(10).default([]).describe('The link is down in these seconds of each minute'),
  replyTo: z.string().max(32).default('').describe('Where replies go when the message had no number as its sender'),
})

export type Settings = z.output<typeof settings>
