#!/usr/bin/env node
// Makes src/domain/number/plan-table.ts from a downloaded register of the Russian mobile numbers (DEF-9xx.csv):
//   node bin/make-plan-table.js DEF-9xx.csv 2026-04-20 > src/domain/number/plan-table.ts
import { readFileSync } from 'node:fs'

const [path, date] = process.argv.slice(2)
if (!path || !date) throw new Error('usage: make-plan-table.js DEF-9xx.csv YYYY-MM-DD')

/** Brand and MNC by taxpayer number: legal names are spelled in several ways. Small operators have no line and no name. */
const OPERATORS = [
  ['', '', ''],
  ['7740000076', 'МТС', '01'],
  ['7812014560', 'МегаФон', '02'],
  ['7743895280', 'Tele2', '20'],
  ['7713076301', 'Билайн', '99'],
  ['7701725181', 'Yota', '11'],
  ['7743200179', 'Т-Мобайл', '62'],
  ['7736264044', 'СберМобайл', '50'],
  ['7707049388', 'Ростелеком', '39'],
  ['6661079603', 'Мотив', '35'],
  ['2308210371', 'Win mobile', '32'],
  ['7718999159', 'Волна', '60'],
  ['7702527584', 'Миранда-Медиа', '54'],
  ['1655327859', 'Летай', '27'],
  ['7705017253', 'МТТ', '42'],
  ['9705121882', 'ВТБ Мобайл', '26'],
  ['7723635005', 'ГлобалТел', '21'],
  ['2005503932', 'Вайнах Телеком', '08'],
  ['7703383783', 'ГЛОНАСС', '77'],
  ['9308013351', 'Феникс', ''],
  ['9402011009', 'Лугаком', ''],
  ['9725152215', 'Альфа-Мобайл', ''],
]

/** Hours east of Greenwich, where they are not Moscow's three. */
const HOURS = {
  2: ['Калининградская'],
  4: ['Астраханская', 'Самарская', 'Саратовская', 'Удмуртская', 'Ульяновская'],
  5: [
    'Башкортостан',
    'Курганская',
    'Оренбургская',
    'Пермский',
    'Свердловская',
    'Тюменская',
    'Ханты-Мансийский',
    'Челябинская',
    'Ямало-Ненецкий',
  ],
  6: ['Омская'],
  7: ['Алтай', 'Кемеровская', 'Красноярский', 'Новосибирская', 'Томская', 'Тыва', 'Хакасия'],
  8: ['Бурятия', 'Иркутская'],
  9: ['Амурская', 'Забайкальский', 'Саха ('],
  10: ['Еврейская', 'Приморский', 'Хабаровский'],
  11: ['Магаданская', 'Сахалинская'],
  12: ['Камчатский', 'Чукотский'],
}
const hoursOf = (region) => Number(Object.keys(HOURS).find((hours) => HOURS[hours].some((word) => region.includes(word))) ?? 3)

/** "г. Норильск|г.о. город Норильск|Красноярский край" is one place seen from near to far; a list of two is one region to the operators. */
const regionOf = (territory) => {
  const whole = territory.split('|').at(-1)
  if (whole.includes('Москва') || whole.includes('Московская')) return 'Москва и Московская область'
  if (whole.includes('Петербург') || whole.includes('Ленинградская')) return 'Санкт-Петербург и Ленинградская область'
  if (whole.includes('Севастополь') || whole.includes('Крым')) return 'Республика Крым и Севастополь'
  if (whole.includes('Архангельская') || whole.startsWith('Ненецкий')) return 'Архангельская область и Ненецкий автономный округ'
  return whole === 'Российская Федерация' ? '' : whole
}

const BLOCK = 10_000 // numbers that share six digits behind the 7
const blocks = Array.from({ length: 100_000 }, () => ({ operators: new Map(), regions: new Set() }))
const rows = readFileSync(path, 'utf8').trim().split(/\r?\n/).slice(1)
for (const row of rows) {
  const [code, from, to, , , , territory, taxpayer] = row.split(';')
  const operator = Math.max(
    0,
    OPERATORS.findIndex(([number]) => number === taxpayer),
  )
  const [start, end] = [from, to].map((subscriber) => (Number(code) - 900) * 10_000_000 + Number(subscriber))
  for (let at = start; at <= end; at = (Math.floor(at / BLOCK) + 1) * BLOCK) {
    const block = blocks[Math.floor(at / BLOCK)]
    const size = Math.min(end + 1, (Math.floor(at / BLOCK) + 1) * BLOCK) - at
    block.operators.set(operator, (block.operators.get(operator) ?? 0) + size)
    block.regions.add(regionOf(territory))
  }
}

const regions = ['', ...[...new Set(blocks.flatMap(({ regions: names }) => [...names]))].filter(Boolean).sort()]
const runValueOf = ({ operators, regions: names }) => {
  const [largest] = [...operators].sort((one, other) => other[1] - one[1])
  const region = names.size === 1 ? regions.indexOf([...names][0]) : 0
  return String.fromCharCode(65 + (largest?.[0] ?? 0)) + String(region).padStart(2, '0')
}

const lines = []
for (let code = 0; code < 100; code++) {
  let line = ''
  let run = { value: '', count: 0 }
  const flush = () => {
    if (run.count > 0) line += (run.count > 1 ? run.count.toString(36) : '') + run.value
  }
  for (const block of blocks.slice(code * 1000, (code + 1) * 1000)) {
    const value = runValueOf(block)
    if (value === run.value) run.count++
    else {
      flush()
      run = { value, count: 1 }
    }
  }
  flush()
  lines.push(line)
}

process.stdout.write(`/**
 * Who holds which Russian mobile numbers, by the state register of ${date}. Made by bin/make-plan-table.js; not edited by hand.
 * It is coarse: each block of ten thousand numbers goes to the operator with most of them, it has a region only where
 * the whole block has one, small operators have no name, and ported numbers are where they came from. A full plan replaces it later.
 */
export const REGISTER_DATE = '${date}'

/** Name and MNC. The first is "not known". */
export const RUSSIAN_OPERATORS: readonly (readonly [name: string, mnc: string])[] = [
${OPERATORS.map(([, name, mnc]) => `  ['${name}', '${mnc}'],`).join('\n')}
]

/** Name and hours east of Greenwich. The first is "not known". */
export const RUSSIAN_REGIONS: readonly (readonly [name: string, utcHours: number])[] = [
${regions.map((region) => `  ['${region}', ${region ? hoursOf(region) : 0}],`).join('\n')}
]

/** A line per code from 900 on: runs of blocks, each a count (base 36, absent: 1), an operator (A is the first) and a region. */
export const RUSSIAN_BLOCKS: readonly string[] = [
${lines.map((line) => `  '${line}',`).join('\n')}
]
`)
