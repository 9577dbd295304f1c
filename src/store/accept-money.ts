/**
 * What an accept statement says of money: it is taken from the main purse alone, or from either. `array`: the amounts of the second
 * one. Nearly every commit needs the first only, and its statement is not made longer by the other.
 */
export interface Money {
  readonly array: string
  readonly column: string
  readonly sum: string
  readonly covered: string
  readonly electronic: string
  readonly debit: string
  readonly changed: string
  readonly posted: string
}
export const ONE_PURSE: Money = {
  ...{ array: '', column: '', sum: '', covered: 'd.amount = 0 or l.available >= d.amount' },
  ...{ electronic: '', debit: '', changed: '', posted: '' },
}
/** `at`: the number of the parameter with the amounts of the second purse. */
export const twoPurses = (at: number): Money => ({
  array: `, $${at}::int8[]`,
  column: ', electronic',
  sum: ', sum(electronic)::int8 as electronic',
  covered: '(d.amount = 0 or l.available >= d.amount) and (d.electronic = 0 or l.balance2 >= d.electronic)',
  electronic: ', 0::int8 as electronic',
  debit: ', balance2 = a.balance2 - x.electronic',
  changed: ' or x.electronic <> 0',
  posted: ' union all select payer_id, $6, 2, 2, -electronic from payable where electronic > 0',
})
