/** One HTTP request to a customer's handler. */
export interface HandlerRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** What came of it. */
export interface HandlerAnswer {
  readonly code: number // HTTP status; 0: it did not answer
  readonly reason: string // a sentence, where it did not answer
  readonly ms: number
  readonly text: string // the beginning of the answer
  readonly location: string // of a redirect
  readonly retryAfterMs: number | undefined
}

/** Never rejects. Aborting it ends the call, which counts as not answered. */
export type CallHandler = (request: HandlerRequest, signal?: AbortSignal) => Promise<HandlerAnswer>

/** `delivered`: told · `failed`: told again later · `gone`: the handler wants no more. */
export type Verdict = 'delivered' | 'failed' | 'gone'

export const verdictOf = ({ code }: HandlerAnswer): Verdict =>
  code >= 200 && code <= 299 ? 'delivered' : code === 410 ? 'gone' : 'failed'

/** An answer in a sentence, for the person who looks why a handler was not told. Empty when all is well. */
export function explainAnswer(answer: HandlerAnswer): string {
  if (answer.code === 0) return answer.reason
  const { code, location } = answer
  if (code >= 200 && code <= 299) return ''
  if (code >= 300 && code <= 399) {
    const where = location === '' ? 'elsewhere' : `to ${location}`
    return `It answered ${code}, a redirect ${where}. Redirects are not followed: make the address that it leads to the handler.`
  }
  return `It answered ${code}${MEANINGS[code] ?? (code >= 500 ? ': it failed itself.' : ', where 200 is expected.')}`
}

const MEANINGS: Readonly<Record<number, string>> = {
  401: ': it wants a sign-in.',
  403: ': it forbids the call.',
  404: ': nothing is at this address.',
  405: ': it does not take POST.',
  410: ': it wants no more notifications, so it is called no more.',
  413: ': the request was too large for it.',
  415: ': it does not take this format.',
  429: ': too many calls for it; it is given a pause.',
  503: ': it is not available now.',
}
