/**
 * The store cannot be opened, for a reason the operator can act on: the message is one plain line,
 * made to be printed as it is, without a stack.
 */
export class CannotStart extends Error {
  override readonly name = 'CannotStart'
}
