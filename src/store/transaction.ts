import type pg from 'pg'
import { isConnectionLost } from './connection-lost.ts'
import { ConnectionLost, type Session } from './session.ts'

/**
 * Runs `work` in one transaction: committed when it returns, rolled back when it throws.
 * @throws {ConnectionLost} with outcome `unknown` when the connection broke while committing.
 */
export async function transaction<T>(pool: pg.Pool, work: (tx: pg.PoolClient) => Promise<T>): Promise<T> {
  const tx = await pool.connect().catch((error: unknown) => {
    throw isConnectionLost(error) ? new ConnectionLost('not done', error) : error
  })
  let broken = false
  let committing = false
  try {
    await tx.query('begin')
    const result = await work(tx)
    committing = true
    const { command } = await tx.query('commit')
    // A transaction that had failed answers a commit with success, and this tag.
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: one of its statements had failed')
    return result
  } catch (error) {
    broken = isConnectionLost(error)
    if (broken) throw new ConnectionLost(committing ? 'unknown' : 'not done', error)
    await tx.query('rollback').catch(() => {
      broken = true
    })
    throw error
  } finally {
    tx.release(broken)
  }
}

/** Statements of a transaction. */
export const sessionOf = (tx: pg.PoolClient): Session => ({
  run: async (statement, values) => {
    const { rows } = await tx.query({ ...statement, values: [...values], rowMode: 'array' })
    return rows as unknown as unknown[][]
  },
})
