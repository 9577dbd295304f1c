import { parseSender } from './sender.ts'

/**
 * Under which senders an account may send. `free`: any, but what was rejected. `registered`: those that are registered.
 * `own`: so, once it has registered any; free until then.
 */
export const SENDER_MODES = ['free', 'own', 'registered'] as const
export type SenderMode = (typeof SENDER_MODES)[number]

/** Whether a message may be sent under a sender, as the message carries it. */
export type MaySend = (sender: string) => boolean

export interface RegisteredNames {
  readonly active: readonly string[]
  readonly rejected: readonly string[]
  /** Senders that the operator has set for the account, and numbers that are its own, in any spelling. */
  readonly granted: readonly string[]
}

/** Undefined: it may send under any. A rejected name is so in whatever letters, small or large. No sender at all is always allowed: the carrier puts its own. */
export function maySendUnder(mode: SenderMode, { active, rejected, granted }: RegisteredNames): MaySend | undefined {
  if (mode === 'free') {
    const refused = new Set(rejected.map((name) => name.toLowerCase()))
    return refused.size === 0 ? undefined : (sender) => !refused.has(sender.toLowerCase())
  }
  const allowed = new Set([...active, ...granted.map(asCarried)])
  return (sender) => sender === '' || allowed.has(sender)
}

function asCarried(sender: string): string {
  const parsed = parseSender(sender)
  return 'problem' in parsed ? sender : parsed.sender
}
