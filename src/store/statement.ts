import type pg from 'pg'
import type { DedicatedClient, Statement } from './dedicated-client.ts'

export type { Statement }

/** What a store function needs of a connection: one statement is one transaction is one round trip. Rows come as arrays. */
export type Session = Pick<DedicatedClient, 'query'>

/** Any free connection of the pool, for what is not the path of a message. */
export const poolSession = (pool: pg.Pool): Session => ({
  query: async <Row extends readonly unknown[]>(statement: Statement, values: readonly unknown[] = []) => {
    const { rows } = await pool.query({ ...statement, values: values as unknown[], rowMode: 'array' })
    return rows as unknown as Row[]
  },
})
