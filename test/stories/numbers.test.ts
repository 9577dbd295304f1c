import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { sum } from '../../src/cli/commands/numbering-report.ts'
import { run } from '../../src/cli/run.ts'
import { unpackRegister } from '../../src/domain/number/register.ts'
import { REGISTER, REGISTER_DATE } from '../../src/domain/number/register-table.ts'
import { encode } from '../../src/domain/text/charset.ts'
import { type Centre, startCentre } from '../support/centre.ts'
import type { Customer } from '../support/customer.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { registerCsv } from '../support/register-csv.ts'
import { story } from '../support/story.ts'

// An operator looks after the numbering plan of a centre that runs: the register, its bad copies, and ported numbers.
let database: TestDatabase
let centre: Centre
let shop: Customer
const folder = mkdtempSync(join(tmpdir(), 'heliogram-numbers-'))

before(async () => {
  database = await createDatabase()
  centre = await startCentre({ mode: 'sandbox', database })
  shop = await centre.account('shop', 1000)
  const priced = await heliogram('tariff', 'set', '--mccmnc', '25099', '--price', '7')
  assert.equal(priced.code, 0, priced.output)
})
after(async () => {
  await centre?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const MTS = '79161234567'
const LAST = unpackRegister(REGISTER).ranges.at(-1)

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

/** `heliogram …` in this process: half a second less for each. */
async function heliogram(...words: readonly string[]): Promise<{ code: number; output: string }> {
  const said: string[] = []
  const say = (text: string) => void said.push(text)
  const code = await run(words, { env: { HELIOGRAM_URL: centre.url, HELIOGRAM_DATA: centre.dataDir }, out: say, err: say })
  return { code, output: said.join('') }
}

async function cli(...words: readonly string[]): Promise<string> {
  const { code, output } = await heliogram(...words)
  assert.equal(code, 0, output)
  return output
}

const operatorOf = async (phone: string): Promise<string> =>
  String((JSON.parse(await shop.ask('info', { get_operator: 1, phone, fmt: 3 })) as { operator?: string }).operator)

story('info.php tells country, operator, region, MCC, MNC and hours in all four formats', async () => {
  const ask = (fmt: number, phone = MTS) => shop.ask('info', { get_operator: 1, phone, fmt })
  const region = 'Москва и Московская область'
  assert.equal(await ask(0), `country = Россия, operator = МТС, region = ${region}, mcc = 250, mnc = 01, tz = 3`)
  assert.equal(await ask(1), `Россия,МТС,${region},250,01,3`)
  assert.match(
    await ask(2),
    /<info>\n<country>Россия<\/country>\n<operator>МТС<\/operator>\n<region>[^<]+<\/region>\n<mcc>250<\/mcc>\n<mnc>01<\/mnc>\n<tz>3<\/tz>\n<\/info>$/,
  )
  assert.equal(
    await ask(3),
    `{\n"country": "Россия",\n"operator": "МТС",\n"region": "${region}",\n"mcc": "250",\n"mnc": "01",\n"tz": "3"\n}`,
  )
  assert.equal(await ask(1, '8 (914) 200-12-34'), 'Россия,МТС,Хабаровский край,250,01,10')
  assert.equal(await ask(1, '+1 212 555 12 34'), '0,-3')
  const rest = await centre.get(`/rest/info/?login=shop&psw=shop-secret&get_operator=1&phone=375291234567&charset=utf-8`)
  assert.equal(((await rest.json()) as { operator: string }).operator, 'A1')
})

story('info.php answers in windows-1251 unless it is asked otherwise, and says 1 and 3 when it can’t', async () => {
  const response = await centre.get(`/sys/info.php?login=shop&psw=shop-secret&get_operator=1&phone=${MTS}&fmt=1`)
  assert.match(new TextDecoder('windows-1251').decode(await response.arrayBuffer()), /^Россия,МТС,/)
  const ask = (params: Record<string, string>) => shop.ask('info', params)
  assert.equal(await ask({ get_operator: '1', phone: '79071234567' }), 'ERROR = 3 (record not found)')
  assert.equal(await ask({ get_operator: '1', phone: '12' }), 'ERROR = 3 (record not found)')
  assert.equal(await ask({ get_operator: '1' }), 'ERROR = 1 (parameters error)')
  assert.equal(await ask({ get_operator: '1', phone: 'nobody' }), 'ERROR = 1 (parameters error)')
  assert.equal(await ask({ phone: MTS }), 'ERROR = 1 (parameters error)')
})

story('the register as it is shipped, imported again, changes nothing', async () => {
  const same = await file('same.csv', registerCsv(REGISTER))
  const said = await cli('numbering', 'import', same, '--date', REGISTER_DATE)
  assert.match(said, /16[\d,]+ ranges, 694,490,763 numbers/)
  for (const what of ['given out', 'taken back', 'other operator', 'other region'])
    assert.match(said, new RegExp(`${what}\\s+0\\b`))
  assert.match(said, /Nothing is changed yet/)
  assert.match(await cli('numbering', 'status'), new RegExp(`of ${REGISTER_DATE}, as shipped`))
})

story('a newer register is previewed, then in force at once on every node, and after a restart', async () => {
  const newer = registerCsv(REGISTER, ({ start, count }, row) => {
    if (start <= 9_161_234_567 && 9_161_234_567 < start + count)
      return { ...row, taxpayer: '7713076301', operator: 'ПАО "ВЫМПЕЛКОМ"' }
    if (start === 9_000_000_000)
      return { ...row, taxpayer: '7799999999', operator: 'ООО "Новый Оператор"', territory: 'Марсианская область' }
    return start === LAST?.start ? undefined : row
  })
  const path = await file('DEF-9xx.csv', newer)
  const preview = await cli('numbering', 'import', path)
  assert.match(preview, /МТС\s+Билайн\s+[\d,]+\s+1\b/)
  assert.match(preview, /Новый Оператор +7799999999\s+62,000/)
  assert.match(preview, /Марсианская область\s+62,000/)
  assert.match(preview, new RegExp(`taken back\\s+${sum(LAST?.count ?? 0)}\\b`))
  for (const line of preview.split('\n')) assert.ok(line.length <= 100, line)
  assert.equal(await operatorOf(MTS), 'МТС')

  const second = await startCentre({ mode: 'serve', database: { ...database, drop: async () => {} } })
  try {
    assert.match(await cli('numbering', 'import', path, '--date', '2026-11-01', '--yes'), /It is in force/)
    assert.equal(await operatorOf(MTS), 'Билайн')
    assert.equal(await operatorOf('79000000001'), 'Новый Оператор')
    await eventually(async () => assert.match((await second.cli('numbering', 'show', MTS)).output, /Билайн/))
  } finally {
    await second.stop()
  }
  const answer = await shop.send({ phones: MTS, mes: 'By the new register', op: 1, cost: 2 })
  assert.deepEqual([answer.phones?.[0]?.mccmnc, answer.cost], ['25099', '7'])

  assert.equal((await centre.terminate()).code, 0)
  await centre.start()
  assert.equal(await operatorOf(MTS), 'Билайн')
  assert.match(await cli('numbering', 'status'), /of 2026-11-01, imported 20/)
  assert.match(await cli('numbering', 'reset'), new RegExp(`shipped register of ${REGISTER_DATE} is in force`))
  assert.equal(await operatorOf(MTS), 'МТС')
})

story('of a bad copy every wrong line is explained and nothing is applied', async () => {
  const head = 'АВС/ DEF;От;До;Емкость;Оператор;Регион;Территория ГАР;ИНН'
  const rest = 'ПАО "МТС";г. Москва и Московская область;Город Москва, Московская область;7740000076'
  const bad = [
    head,
    `916;0000000;0999999;1000000;${rest}`,
    `916;0500000;0599999;100000;${rest}`,
    `916;0000000;0999999;1000000;${rest}`,
    `916;3000000;2000000;1000001;${rest}`,
    `495;1000000;1999999;1000000;${rest}`,
    `916;4000000;4999999;7;${rest}`,
    `916;5000000;5999999;1000000;=HYPERLINK("http://x");-;-;7740000076`,
    '916;6000000;6999999',
    `916;7000000;7999999;1000000;ПАО "МТС";-;-;none`,
  ]
  for (const content of [bad.join('\r\n'), `\ufeff${bad.join('\n')}`, encode(bad.join('\n'), 'windows-1251')]) {
    const { code, output } = await heliogram('numbering', 'import', await file('bad.csv', content), '--yes')
    assert.equal(code, 1)
    for (const said of [
      /line 3: the range overlaps that of line 2/,
      /line 4: the same range as in line 2/,
      /line 5: the range ends \(2000000\) before it begins \(3000000\)/,
      /line 6: code 495 is not a mobile one/,
      /line 7: the capacity is '7', and from 4000000 to 4999999 are 1000000 numbers/,
      /line 8: '=HYPERLINK\("http:\/\/x"\)' is a formula, not a name/,
      /line 9: 3 cells instead of 8/,
      /line 10: 'none' is no taxpayer number/,
      /8 lines are wrong, so nothing is changed/,
    ]) {
      assert.match(output, said)
    }
  }
  const wrongColumns = await heliogram('numbering', 'import', await file('wrong.csv', 'phone;name\n7916;Ann\n'), '--yes')
  assert.match(wrongColumns.output, /line 1: these are not the columns of the register: it has АВС\/ DEF; От; До/)
  const huge = await heliogram('numbering', 'import', await file('huge.csv', Buffer.alloc(33 * 1024 * 1024, 0x0a)), '--yes')
  assert.match(huge.output, /at most \d+ octets/)
  assert.equal((await heliogram('numbering', 'import', join(folder, 'nowhere.csv'))).code, 1)
  assert.match(await cli('numbering', 'status'), /as shipped/)
})

story('ported numbers and corrected prefixes are routed and priced by what the operator says', async () => {
  const table = [
    'number;mccmnc;operator;region',
    `${MTS};25099;Билайн;`,
    '79269990000;25020;Tele2;',
    '7900006;;Tele2 Юг;Адыгея',
    '4477009*;23430;EE;',
  ]
  const path = await file('ported.csv', table.join('\n'))
  assert.match(await cli('numbering', 'override', 'import', path), /numbers +2 +0 +0 +0[\s\S]*Nothing is changed yet/)
  assert.equal((await shop.send({ phones: MTS, mes: 'Not yet', op: 1, cost: 1 })).phones?.[0]?.mccmnc, '25001')

  assert.match(await cli('numbering', 'override', 'import', path, '--yes'), /They are in force/)
  const answer = await shop.send({ phones: `8 916 123-45-67,79161234568`, mes: 'Ported', op: 1, cost: 2 })
  assert.deepEqual(
    answer.phones?.map(({ phone, mccmnc, cost }) => [phone, mccmnc, cost]),
    [
      [MTS, '25099', '7'],
      ['79161234568', '25001', '1'],
    ],
  )
  const status = await shop.status(MTS, answer.id as number, { all: 2 })
  assert.deepEqual([status.operator, status.mccmnc], ['Билайн', '25099'])
  // As the original's, get_operator does not consider ported numbers; a corrected prefix is no ported number.
  assert.equal(await operatorOf(MTS), 'МТС')
  assert.equal(await operatorOf('79000061234'), 'Tele2 Юг')
  assert.match(await cli('numbering', 'show', MTS), /operator +Билайн, ported/)
  assert.match(await cli('numbering', 'override', 'list', '7916'), new RegExp(`^${MTS} +25099 +Билайн`, 'm'))

  assert.equal((await centre.terminate()).code, 0)
  await centre.start()
  assert.equal((await shop.send({ phones: MTS, mes: 'After a restart', op: 1, cost: 1 })).phones?.[0]?.mccmnc, '25099')

  await cli('numbering', 'override', 'remove', MTS)
  assert.equal((await shop.send({ phones: MTS, mes: 'At home again', op: 1, cost: 1 })).phones?.[0]?.mccmnc, '25001')
  assert.match((await heliogram('numbering', 'override', 'remove', MTS)).output, /There is no override of 79161234567/)
})

story('of a bad override table every wrong line is explained and nothing is applied', async () => {
  const before = await cli('numbering', 'override', 'list', '--json')
  const bad = [
    'number,mccmnc,operator,region',
    '79161234567,25099,Билайн,',
    '79161234567,25020,Tele2,',
    'abc,25099,Билайн,',
    '79161234568,2509,Билайн,',
    '79161234569,,,',
    '79161234570,25099,=1+1,',
    '999123456789,25099,Билайн,',
    '79161234571,25099',
  ]
  const wrong = await heliogram('numbering', 'override', 'import', await file('bad.csv', bad.join('\n')), '--yes')
  assert.equal(wrong.code, 1)
  for (const said of [
    /line 4: 'abc' is no number and no prefix/,
    /line 5: '2509' is no MCC and MNC/,
    /line 6: it says nothing/,
    /line 7: '=1\+1' is a formula/,
    /line 8: no country has a calling code like 9991/,
    /line 9: 2 cells instead of 4/,
    /6 lines are wrong/,
  ]) {
    assert.match(wrong.output, said)
  }
  const clashing = await heliogram(
    'numbering',
    'override',
    'import',
    await file('clash.csv', bad.slice(0, 3).join('\n')),
    '--yes',
  )
  assert.match(clashing.output, /line 3: 79161234567 is something else than in line 2/)
  assert.equal(await cli('numbering', 'override', 'list', '--json'), before)
})

story('a table of two hundred thousand ported numbers is taken as a whole, and replaced by the next', async () => {
  const numbers = (operator: string) =>
    Array.from(
      { length: 200_000 },
      (_, at) => `${79_160_000_000 + at * 3};250${at % 2 ? '99' : '20'};${at % 2 ? 'Билайн' : operator}`,
    )
  const path = await file('many.csv', encode(['number;mccmnc;operator', ...numbers('Tele2')].join('\n'), 'windows-1251'))
  assert.match(await cli('numbering', 'override', 'import', path, '--replace', '--yes'), /numbers +200,000 +0 +0 +1\b/)
  assert.match(await cli('numbering', 'status'), /ported numbers +200,000, told by 300,000 octets/)
  const phones = Array.from({ length: 30 }, (_, at) => 79_160_000_000 + at)
  const answer = await shop.send({ phones: phones.join(), mes: 'To many', op: 1, cost: 1 })
  const expected = phones.map((_, at) => (at % 3 > 0 ? '25001' : at % 2 ? '25099' : '25020'))
  assert.deepEqual(
    answer.phones?.map(({ mccmnc }) => mccmnc),
    expected,
  )

  const fewer = await file('fewer.csv', ['number;mccmnc;operator', ...numbers('t2').slice(0, 1000)].join('\n'))
  assert.match(await cli('numbering', 'override', 'import', fewer, '--replace', '--yes'), /numbers +0 +500 +500 +199,000/)
})
