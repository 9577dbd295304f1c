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

/** A look at one moment: everything `work` reads is of it. `limitMs` for each statement; see `tookTooLong`. */
export type Glance = <T>(work: (session: Session) => Promise<T>, limitMs: number) => Promise<T>

/** Reads in short transactions that see one moment each, for what looks at much and must hold up nobody. */
export const glancing =
  (pool: pg.Pool): Glance =>
  async (work, limitMs) => {
    const client = await pool.connect()
    let broken = true
    try {
      await client.query(
        // Each range of ids wants a plan of its own.
        `begin isolation level repeatable read, read only; set local statement_timeout = ${Math.ceil(limitMs)}; set local plan_cache_mode = force_custom_plan`,
      )
      const result = await work({
        run: async ({ text }, values) =>
          (await client.query({ text, values: values as unknown[], rowMode: 'array' })).rows as unknown as unknown[][],
      })
      await client.query('commit')
      broken = false
      return result
    } catch (error) {
      if (!isConnectionLost(error)) {
        await client.query('rollback')
        broken = false
      }
      throw error
    } finally {
      client.release(broken)
    }
  }

/** The statement ran into the limit it was given. */
export const tookTooLong = (error: unknown): boolean => (error as { code?: string }).code === '57014'
