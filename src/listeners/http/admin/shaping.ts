import { z } from 'zod'
import { Refusal } from '../../../domain/refusal.ts'
import type { Shaping } from '../../../operator/shaping.ts'
import { STATUS, statusName } from '../../../protocols/smpp/status.ts'
import { type AdminRequest, answerSlowly, type Endpoint, given, param, readBody } from './endpoint.ts'

const word = z.string().max(250)
const status = z.union([z.string().max(40), z.int().min(0)]) // 0x58, 88 or ESME_RTHROTTLED

const Add = z
  .strictObject({
    carrier: word,
    mccmnc: word,
    status,
    text: word,
    stat: word,
    err: word,
    class: word,
    action: word,
    for: word,
    after: z.int(),
  })
  .partial()
  .required({ class: true })

const Test = z
  .strictObject({ carrier: word, mccmnc: word, status, text: word, stat: word, err: word })
  .partial()
  .required({ carrier: true })

const NAMES: Readonly<Record<string, number>> = STATUS

/** A status as people write it. What is no number and no name of the standard becomes -1, and is refused by whoever wants one. */
function readStatus(written: string | number | undefined): number | undefined {
  if (typeof written !== 'string') return written
  const trimmed = written.trim()
  if (/^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i.test(trimmed)) return Number(trimmed)
  const name = trimmed.toUpperCase()
  const code = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined
  if (code !== undefined) return code
  const reason = `'${trimmed.slice(0, 40)}' is no status: write a number like 0x58 or 1105, or a name of the standard like ESME_RTHROTTLED.`
  throw new Refusal('bad_request', { field: 'status', reason })
}

function withStatus<T extends { status?: string | number | undefined }>(body: T) {
  const { status: written, ...rest } = body
  const code = readStatus(written)
  return { ...rest, ...(code !== undefined && { status: code }) }
}

const named = <T extends { status: number | null }>(rule: T) => ({
  ...rule,
  status_name: rule.status === null ? null : statusName(rule.status),
})

const id = (request: AdminRequest): number => Number(param(request, 'id'))

export function shapingEndpoints(shaping: Shaping): Endpoint[] {
  return [
    { method: 'GET', path: '/shaping/rules', run: async () => (await shaping.rules()).map(named) },
    {
      method: 'POST',
      path: '/shaping/rules',
      run: async (request) => named(await shaping.add(given(withStatus(readBody(request, Add))))),
    },
    { method: 'DELETE', path: '/shaping/rules/:id', run: (request) => shaping.remove(id(request)) },
    { method: 'GET', path: '/shaping/pauses', run: () => shaping.pauses() },
    { method: 'DELETE', path: '/shaping/pauses/:id', run: (request) => answerSlowly(request, shaping.lift(id(request))) },
    {
      method: 'POST',
      path: '/shaping/test',
      run: async (request) => {
        const { rule, others, ...answer } = await shaping.test(given(withStatus(readBody(request, Test))))
        return { ...answer, rule: rule && named(rule), others: others.map(named) }
      },
    },
  ]
}
