/**
 * Draws ten thousand numbers from a downloaded register into test/support/register-sample.json, with the operator and the place the
 * register has for each. It reads the file in the plainest way there is, so that a fault of our reader shows:
 *   node --import tsx tools/draw-sample.ts DEF-9xx.csv 2026-04-20
 */
import { readFileSync, writeFileSync } from 'node:fs'

const NUMBERS = 10_000
const SEED = 20260420

const [file, date] = process.argv.slice(2)
if (!file || !date) throw new Error('usage: draw-sample.ts DEF-9xx.csv YYYY-MM-DD')
const rows = readFileSync(file, 'utf8')
  .trim()
  .split(/\r?\n/)
  .slice(1)
  .map((line) => line.split(';'))

let state = SEED
const chance = (below: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((state / 2 ** 32) * below)
}
const capacity = rows.reduce((sum, row) => sum + Number(row[3]), 0)

function rowOfNumber(nth: number): string[] | undefined {
  let left = nth
  for (const row of rows) {
    left -= Number(row[3])
    if (left < 0) return row
  }
  return undefined
}

/** Every other number comes from any range, so that the small ones are seen too; the rest from all numbers alike. */
function draw(at: number): { number: string; operator: string; place: string } {
  const row = at % 2 === 0 ? rows[chance(rows.length)] : rowOfNumber(chance(capacity))
  const [code = '', from = '', , count = '', name = '', region = '', territory = '', taxpayer = ''] = row ?? []
  const number = `7${code}${String(Number(from) + chance(Number(count))).padStart(7, '0')}`
  return { number, operator: `${taxpayer} ${name}`, place: territory || region }
}

const drawn = Array.from({ length: NUMBERS }, (_, at) => draw(at)).sort((a, b) => a.number.localeCompare(b.number, 'en'))
const operators = [...new Set(drawn.map(({ operator }) => operator))]
const places = [...new Set(drawn.map(({ place }) => place))]
/** Each number as its distance to the one before, a dot, and two digits each for operator and place; all in base 36. */
const PER_LINE = 50
const entries = drawn.map(({ number, operator, place }, at) => {
  const distance = Number(number) - Number(drawn[at - 1]?.number ?? 0)
  const index = (of: number): string => of.toString(36).padStart(2, '0')
  return `${distance.toString(36)}.${index(operators.indexOf(operator))}${index(places.indexOf(place))}`
})
const numbers = Array.from({ length: entries.length / PER_LINE }, (_, line) =>
  entries.slice(line * PER_LINE, (line + 1) * PER_LINE).join(' '),
)
writeFileSync(
  new URL('../test/support/register-sample.json', import.meta.url),
  `${JSON.stringify({ date, operators, places, numbers }, null, 2)}\n`,
)
