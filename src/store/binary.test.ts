import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { createDatabase, type TestDatabase } from '../../test/support/database.ts'
import { bigintArray, boolArray, byteaArray, float8Array, int2Array, int4Array, int8Array, textArray } from './binary.ts'

let database: TestDatabase
let client: pg.Client

before(async () => {
  database = await createDatabase({ migrated: false })
  client = new pg.Client(database.config)
  await client.connect()
})
after(async () => {
  await client.end()
  await database.drop()
})

const long = 'Съешь ещё этих мягких французских булок, да выпей чаю 🙂 '.repeat(20)

// element type, encoded, and the elements as PostgreSQL prints them
const cases: [type: string, encoded: Buffer, printed: (string | null)[]][] = [
  ['int2', int2Array([0, 1, -1, 32767, -32768, null]), ['0', '1', '-1', '32767', '-32768', null]],
  ['int4', int4Array([0, -1, 2147483647, -2147483648, null]), ['0', '-1', '2147483647', '-2147483648', null]],
  ['int8', int8Array([0, 1, -1, 4294967296, -4294967297]), ['0', '1', '-1', '4294967296', '-4294967297']],
  ['int8', int8Array([2 ** 53 - 1, 1 - 2 ** 53, null]), ['9007199254740991', '-9007199254740991', null]],
  ['int8', bigintArray([2n ** 63n - 1n, -(2n ** 63n), null]), ['9223372036854775807', '-9223372036854775808', null]],
  ['float8', float8Array([0.1, -2.5, null]), ['0.1', '-2.5', null]],
  ['bool', boolArray([true, false, null]), ['true', 'false', null]],
  ['text', textArray(['', 'abc', 'Привет', '€🙂', null, long]), ['', 'abc', 'Привет', '€🙂', null, long]],
  ['text', textArray(['x'.repeat(33), 'латиница mixed', '\ud800']), ['x'.repeat(33), 'латиница mixed', '\ufffd']],
  ['bytea', byteaArray([Buffer.from('00ff10', 'hex'), new Uint8Array(), null]), ['\\x00ff10', '\\x', null]],
  ['text', textArray([]), []],
  ['int8', int8Array([]), []],
  ['int4', int4Array([null]), [null]],
]

for (const [i, [type, encoded, printed]] of cases.entries()) {
  test(`an array of ${type} arrives as it was sent (${i})`, async () => {
    const { rows } = await client.query({
      text: `select value::text from unnest($1::${type}[]) with ordinality as t (value, place) order by place`,
      values: [encoded],
      rowMode: 'array',
    })
    assert.deepEqual(rows.flat(), printed)
  })
}

const impossible: [claim: string, encode: () => Buffer][] = [
  ['an int2 of 32768', () => int2Array([32768])],
  ['an int2 of 1.5', () => int2Array([1.5])],
  ['an int4 of 2^31', () => int4Array([2 ** 31])],
  ['an int4 of NaN', () => int4Array([Number.NaN])],
  ['an int8 that a number cannot hold exactly', () => int8Array([2 ** 53])],
  ['a bigint of 2^63', () => bigintArray([2n ** 63n])],
]
for (const [claim, encode] of impossible) {
  test(`${claim} is a mistake of ours, and is not sent`, () => {
    assert.throws(encode, RangeError)
  })
}
