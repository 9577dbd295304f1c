import { bigintArray, int4Array, int8Array } from './binary.ts'

/** Recipients of a mailing, from the place after `after` on, and the messages that go to them. */
export interface TakenSlice {
  readonly mailingId: number
  readonly run: number
  readonly after: number
  readonly upTo: number
  readonly accountId: number
  readonly low: number // ids of its messages
  readonly high: number
  readonly recipients: number
  readonly price: bigint
}

/** A slice that was taken before fails the commit: its key is there. */
export const slicedOf = (first: number): string => `, sliced as (
  insert into mailing_slices (mailing_id, run, after, up_to, account_id, low, high, recipients, price)
  select t.* from unnest($${first}::int8[], $${first + 1}::int4[], $${first + 2}::int4[], $${first + 3}::int4[], $${first + 4}::int4[],
    $${first + 5}::int8[], $${first + 6}::int8[], $${first + 7}::int4[], $${first + 8}::int8[])
    as t(mailing_id, run, after, up_to, account_id, low, high, recipients, price)
  join stored s on s.account_id = t.account_id
)`

/** The values of those parameters. */
export const sliceValues = (slices: readonly TakenSlice[]): Buffer[] => [
  int8Array(slices.map((slice) => slice.mailingId)),
  int4Array(slices.map((slice) => slice.run)),
  int4Array(slices.map((slice) => slice.after)),
  int4Array(slices.map((slice) => slice.upTo)),
  int4Array(slices.map((slice) => slice.accountId)),
  int8Array(slices.map((slice) => slice.low)),
  int8Array(slices.map((slice) => slice.high)),
  int4Array(slices.map((slice) => slice.recipients)),
  bigintArray(slices.map((slice) => slice.price)),
]
