import { parseSender } from '../domain/sender.ts'
import type { MaySend } from '../domain/sender-rules.ts'
import type { Line, SendRequest } from './request.ts'

type Asked = Pick<SendRequest, 'account' | 'channel' | 'sender'>

/** The sender that a line asks for, or its request, or the account by default. */
const senderNamed = (line: Pick<Line, 'sender'>, { sender, account }: Asked): string =>
  line.sender ?? sender ?? String(account.settings.sender ?? '')

export interface ComposedSender {
  readonly sender: string
  readonly bad: boolean
}

/** The sender that a line goes out under. An HLR row's is `HLR` in every answer: client libraries tell look-ups by it. */
export function composeSender(line: Pick<Line, 'sender'>, request: Asked, maySend: MaySend | undefined): ComposedSender {
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
