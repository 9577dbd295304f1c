import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTrafficCsv } from './traffic-csv.ts'

const read = (csv: string) => {
  const found = readTrafficCsv(csv)
  if ('problem' in found) assert.fail(found.problem)
  return found
}
const problemOf = (csv: string): string => {
  const found = readTrafficCsv(csv)
  return 'problem' in found ? found.problem : assert.fail('it was read')
}

test('columns come in any order, with commas or semicolons, quoted, and with a byte order mark', () => {
  const expected = {
    atMs: Date.UTC(2026, 10, 22, 10),
    account: 'shop',
    number: '79161234567',
    isCode: true,
    confirmed: false,
    bulk: false,
  }
  for (const csv of [
    'time,account,phone,text\n2026-11-22T10:00:00Z,shop,79161234567,Code 1234\n',
    '\uFEFFPhone;Text;Account;Time\r\n"+7 (916) 123-45-67";"Code; 1234, ""yours""";shop;1795341600\r\n',
    'account,time,phone,kind,text\nshop,1795341600000,79161234567,message,1234\n\n',
  ])
    assert.deepEqual(read(csv).lines, [expected], csv)
})

test('lines are put in the order of their times', () => {
  const { lines } = read('time,account,phone\n1795341700,a,79161234567\n1795341600,b,79161234567\n')
  assert.deepEqual(
    lines.map(({ account }) => account),
    ['b', 'a'],
  )
})

test('a bad line is named and left out, the others are read', () => {
  const bad = [
    'soon,shop,79161234567,',
    '-5,shop,79161234567,',
    '1795341600,,79161234567,',
    '1795341600,shop,=cmd|x,',
    '1795341600,shop,123,',
    '1795341600,shop,79161234567,refund',
    '1795341600',
  ]
  const {
    lines,
    problems,
    bad: count,
  } = read(`time,account,phone,kind\n${bad.join('\n')}\n1795341600,shop,79161234567,confirmed\n`)
  assert.equal(lines.length, 1)
  assert.equal(count, bad.length)
  assert.equal(problems.length, bad.length)
  assert.match(problems[0] ?? '', /^Line 2: 'soon' is no time/)
  assert.match(problems[5] ?? '', /^Line 7: 'refund' is no kind: message, bulk or confirmed\./)
})

test('of a thousand bad lines twenty are named and all are counted', () => {
  const { problems, bad } = read(`time,account,phone\n${'x,y,z\n'.repeat(1000)}`)
  assert.deepEqual([problems.length, bad], [20, 1000])
})

test('a file without the columns is none', () => {
  assert.match(problemOf(''), /time and account and phone are missing/)
  assert.match(problemOf('time,account\n1,2'), /phone is missing/)
})
