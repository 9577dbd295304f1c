/** A named statement: prepared once per connection. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** What a store function needs of a connection: one statement is one transaction is one round trip. Rows come as arrays. */
export interface Session {
  run(statement: Statement, values: readonly unknown[]): Promise<unknown[][]>
}

/** The connection broke while a statement was under way: whether it was committed is not known. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
}
