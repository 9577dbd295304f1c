import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packRegister, type Register, unpackRegister } from './register.ts'
import { readRegisterCsv } from './register-csv.ts'
import { REGISTER } from './register-table.ts'

const HEAD = 'АВС/ DEF;От;До;Емкость;Оператор;Регион;Территория ГАР;ИНН'
const REST = 'ПАО "МТС";г. Москва;Город Москва;7740000076'

const read = (...lines: readonly string[]) => readRegisterCsv([HEAD, ...lines].join('\r\n'))

function good(result: ReturnType<typeof readRegisterCsv>): Register {
  assert.ok('register' in result, JSON.stringify(result))
  return result.register
}

function bad(result: ReturnType<typeof readRegisterCsv>): string[] {
  assert.ok('problems' in result)
  return result.problems.map(({ line, reason }) => `${line}: ${reason}`)
}

test('neighbours of one holder and place are one range, whatever order they are in and however the legal name is spelled', () => {
  const { holders, places, ranges } = good(
    read(
      '916;1000000;1999999;1000000;ПАО "Мобильные ТелеСистемы";г. Москва;Город Москва;7740000076',
      `916;0000000;0999999;1000000;${REST}`,
      `917;0000000;0999999;1000000;${REST}`,
    ),
  )
  assert.deepEqual(holders, [{ taxpayer: '7740000076', name: 'ПАО "Мобильные ТелеСистемы"' }])
  assert.deepEqual(places, ['Москва'])
  assert.deepEqual(
    ranges.map(({ start, count }) => [start, count]),
    [
      [9_160_000_000, 2_000_000],
      [9_170_000_000, 1_000_000],
    ],
  )
})

test('the older form without the column of territories is read, and a place nobody knows stays as written', () => {
  const lines = [
    'АВС/ DEF;От;До;Емкость;Оператор;Регион;ИНН',
    '900;0000000;0000099;100;ООО "А";Амурская обл.;1234567890',
    '900;0000100;0000199;100;ООО "А";Марс;1234567890',
  ]
  assert.deepEqual(good(readRegisterCsv(lines.join('\n'))).places, ['Амурская область', 'Марс'])
})

const faults: [line: string, reason: RegExp][] = [
  [`916;0000000;0999999;${REST}`, /7 cells instead of 8/],
  [`91;0000000;0999999;1000000;${REST}`, /'91' is no code of three digits/],
  [`495;0000000;0999999;1000000;${REST}`, /code 495 is not a mobile one/],
  [`916;000000;0999999;1000000;${REST}`, /'000000' is not the seven digits behind a code/],
  [`916;0000000;;1000000;${REST}`, /'' is not the seven digits/],
  [`916;5000000;0999999;1000000;${REST}`, /ends \(0999999\) before it begins \(5000000\)/],
  [`916;0000000;0999999;999999;${REST}`, /are 1000000 numbers/],
  ['916;0000000;0999999;1000000;;-;-;7740000076', /the operator is missing/],
  ['916;0000000;0999999;1000000;@SUM(A1);-;-;7740000076', /is a formula/],
  ['916;0000000;0999999;1000000;ПАО;-;+1;7740000076', /'\+1' is a formula/],
  ['916;0000000;0999999;1000000;ПАО\ufffd;-;-;7740000076', /no name has/],
  [`916;0000000;0999999;1000000;${'я'.repeat(301)};-;-;7740000076`, /a name of 301 characters/],
  ['916;0000000;0999999;1000000;ПАО;-;-;77400', /no taxpayer number/],
]
for (const [line, reason] of faults) {
  test(`a line is refused: ${reason.source}`, () =>
    assert.match(bad(read(`917;0000000;0999999;1000000;${REST}`, line))[0] ?? '', new RegExp(`^3: .*${reason.source}`)))
}

test('ranges that overlap are named by the later line, a range inside a larger one too', () => {
  const problems = bad(
    read(
      `916;0000000;9999999;10000000;${REST}`,
      `916;0000000;0000099;100;${REST}`,
      `916;5000000;5000099;100;${REST}`,
      `916;0000000;9999999;10000000;${REST}`,
    ),
  )
  assert.deepEqual(problems, [
    '3: the range overlaps that of line 2',
    '4: the range overlaps that of line 2',
    '5: the same range as in line 2',
  ])
})

test('a file that is none is told so in one line', () => {
  assert.match(bad(readRegisterCsv(''))[0] ?? '', /1: the file is empty/)
  assert.match(bad(readRegisterCsv('a;b\n1;2'))[0] ?? '', /1: these are not the columns of the register/)
  assert.match(bad(read())[0] ?? '', /nothing below the heading/)
  assert.match(bad(readRegisterCsv(`${HEAD}${'\nx'.repeat(200_001)}`))[0] ?? '', /200002 lines, 200000 are the most/)
})

test('of very many wrong lines the first fifty are named and all are counted', () => {
  const result = read(...Array.from({ length: 300 }, () => 'x'))
  assert.ok('problems' in result)
  assert.deepEqual([result.problems.length, result.problemCount], [50, 300])
})

test('a register comes back from its packed form as it was', () => {
  const register = unpackRegister(REGISTER)
  assert.deepEqual(packRegister(register), REGISTER)
  assert.equal(register.ranges.length, 16_132)
})
