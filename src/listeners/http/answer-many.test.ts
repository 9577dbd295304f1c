import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Fmt, printAll, printMany, type Shape } from './answer.ts'

const ROW: Shape<number> = {
  element: 'row',
  list: 'rows',
  members: (row) => [
    ['id', row],
    ['name', `[${row}]`],
  ],
  text: (row) => `id = ${row}`,
  commas: (row) => `${row},[]`,
}

for (const count of [0, 1, 499, 500, 501, 1000, 1501]) {
  test(`${count} printed in turns are what they are printed at once`, async () => {
    const rows = Array.from({ length: count }, (_, at) => at)
    for (const fmt of [0, 1, 2, 3] as Fmt[]) assert.equal(await printMany(ROW, rows, fmt), printAll(ROW, rows, fmt))
  })
}

test('others have their turn in between', async () => {
  let turns = 0
  const printing = printMany(
    ROW,
    Array.from({ length: 5_000 }, (_, at) => at),
    3,
  )
  const count = (): void => {
    turns += 1
    if (turns < 100) setImmediate(count)
  }
  setImmediate(count)
  await printing
  assert.ok(turns >= 9, `${turns} turns`)
})
