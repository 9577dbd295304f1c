/** A named statement: prepared once per connection. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** What a store function needs of a connection: one statement is one transaction is one round trip. Rows come as arrays. */
export interface Session {
  run(statement: Statement, values: readonly unknown[]): Promise<unknown[][]>
}

/**
 * The connection broke, as opposed to a "no" of the database (which has a five-character `code`).
 * `not done`: nothing happened. `unknown`: the statement may have been committed; only the database can
 * tell, when it is back.
 */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
  readonly outcome: 'not done' | 'unknown'

  constructor(outcome: 'not done' | 'unknown', cause?: unknown) {
    super(`the connection to the database is lost (${outcome})`, cause === undefined ? {} : { cause })
    this.outcome = outcome
  }
}
