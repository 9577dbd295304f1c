import { parseSender } from '../domain/sender.ts'
import type { MaySend } from '../domain/sender-rules.ts'
import type { Line, SendRequest } from './request.ts'

/** The sender that a line asks for, or its request, or the account by default. */
export const senderNamed = (line: Line, { sender, account }: SendRequest): string =>
  line.sender ?? sender ?? String(account.settings.sender ?? '')

export interface ComposedSender {
  readonly sender: string
  readonly bad: boolean
}

/**
 * The sender of each line. Under a sender that may not be used nothing of a request goes out, whichever of its lines asks for it;
 * a mailing is so long that its other lines do.
 */
export function sendersOf(request: SendRequest, maySend: MaySend | undefined): (line: Line) => ComposedSender {
  const [first, second] = request.lines
  if (first && !second) {
    const only = composeSender(first, request, maySend)
    return () => only
  }
  const composed = new Map<string | undefined, ComposedSender>()
  const of = (line: Line): ComposedSender => {
    const known = composed.get(line.sender) ?? composeSender(line, request, maySend)
    composed.set(line.sender, known)
    return known
  }
  const isRefused = request.mailing !== true && request.lines.some((line) => of(line).bad)
  return isRefused ? (line) => ({ ...of(line), bad: true }) : of
}

/** An HLR row's sender is `HLR` in every answer: client libraries tell look-ups by it. */
function composeSender(line: Line, request: SendRequest, maySend: MaySend | undefined): ComposedSender {
  if (request.channel === 'hlr') return { sender: 'HLR', bad: false }
  const named = senderNamed(line, request)
  if (request.channel === 'mail' || request.channel === 'viber') {
    const bad = maySend !== undefined && !maySend(request.channel === 'mail' ? named.trim().toLowerCase() : named)
    return { sender: named.slice(0, 100), bad }
  }
  const parsed = parseSender(named)
  if ('problem' in parsed) return { sender: named.slice(0, 40), bad: true }
  return { sender: parsed.sender, bad: maySend !== undefined && !maySend(parsed.sender) }
}
