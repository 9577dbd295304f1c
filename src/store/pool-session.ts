import type pg from 'pg'
import { isConnectionLost } from './connection-lost.ts'
import { ConnectionLost, type Session } from './session.ts'

/** Longer than the server's own limit for a statement: only a connection that died in silence is given up by it. */
const ANSWER_MS = 60_000

/** Any free connection of the pool, for what is not the path of a message. */
export const poolSession = (pool: pg.Pool): Session => ({
  run: async (statement, values) => {
    try {
      const { rows } = await pool.query({
        ...statement,
        values: values as unknown[],
        rowMode: 'array',
        query_timeout: ANSWER_MS,
      } as pg.QueryArrayConfig)
      return rows as unknown as unknown[][]
    } catch (error) {
      throw isConnectionLost(error) ? new ConnectionLost('unknown', error) : error
    }
  },
})

/** A connection of its own for one statement that may take minutes, like an audit of years. */
export const longSession = (pool: pg.Pool): Session => ({
  run: async (statement, values) => {
    const client = await pool.connect()
    try {
      await client.query('set statement_timeout = 0')
      const { rows } = await client.query({ text: statement.text, values: values as unknown[], rowMode: 'array' })
      return rows as unknown as unknown[][]
    } finally {
      client.release(true) // its settings are not the others'
    }
  },
})
