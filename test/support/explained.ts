import type pg from 'pg'
import type { Session } from '../../src/store/session.ts'

/** A value as SQL spells it; an array is of numbers, a binary one of bool, int4, int8 or of texts without quotes. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return `'{${value.join(',')}}'`
  if (!Buffer.isBuffer(value)) return typeof value === 'string' ? `'${value}'` : String(value)
  const [count, isText] = [value.readInt32BE(12), value.readInt32BE(8) === 25]
  const items: string[] = []
  for (let at = 20, nth = 0; nth < count; nth += 1) {
    const length = value.readInt32BE(at)
    const from = at + 4
    if (length === 1 && !isText) items.push(String(value[from] === 1))
    else if (isText) items.push(value.toString('utf8', from, from + length))
    else items.push(String(length === 8 ? value.readBigInt64BE(from) : value.readInt32BE(from)))
    at += 4 + length
  }
  return `'{${items.join(',')}}'`
}

/**
 * A session on a connection with a program's own settings that runs nothing: each statement is prepared as the program would, and
 * explained for the values it is asked with, which shows the months that are left after pruning. `answers` has rows by statement.
 */
export function explaining(client: pg.ClientBase, answers: Readonly<Record<string, unknown[][]>> = {}) {
  const plans: { readonly name: string; readonly plan: string }[] = []
  const session: Session = {
    async run({ name, text }, values) {
      const known = answers[name]
      if (known) return known
      await client.query(`prepare asked as ${text}`)
      const asked = `explain (costs off) execute asked${values.length > 0 ? `(${values.map(literal).join(', ')})` : ''}`
      const { rows } = await client.query({ text: asked, rowMode: 'array' })
      await client.query('deallocate asked')
      plans.push({ name, plan: rows.map(([line]) => line as string).join('\n') })
      return []
    },
  }
  return { session, plans }
}
