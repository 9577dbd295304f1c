import type pg from 'pg'
import type { Session } from './session.ts'

/** Any free connection of the pool, for what is not the path of a message. */
export const poolSession = (pool: pg.Pool): Session => ({
  run: async (statement, values) => {
    const { rows } = await pool.query({ ...statement, values: values as unknown[], rowMode: 'array' })
    return rows as unknown as unknown[][]
  },
})
