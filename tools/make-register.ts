/**
 * Makes src/domain/number/register-table.ts, the register that ships with the product, from a downloaded DEF-9xx.csv:
 *   node --import tsx tools/make-register.ts DEF-9xx.csv 2026-04-20
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { packRegister } from '../src/domain/number/register.ts'
import { readRegisterCsv } from '../src/domain/number/register-csv.ts'
import { decode } from '../src/domain/text/charset.ts'

const [file, date] = process.argv.slice(2)
if (!file || !/^\d{4}-\d\d-\d\d$/.test(date ?? '')) throw new Error('usage: make-register.ts DEF-9xx.csv YYYY-MM-DD')

const read = readRegisterCsv(decode(readFileSync(file), 'utf-8'))
if ('problems' in read) throw new Error(read.problems.map(({ line, reason }) => `line ${line}: ${reason}`).join('\n'))
const { holders, places, codes } = packRegister(read.register)
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
const list = (texts: readonly string[]): string => texts.map((text) => `    ${quoted(text)},`).join('\n')

writeFileSync(
  new URL('../src/domain/number/register-table.ts', import.meta.url),
  `import type { PackedRegister } from './register.ts'

/** Facts of the register of Russian mobile numbers. Made by tools/make-register.ts from the published file; not edited by hand. */
export const REGISTER_DATE = '${date}'

// biome-ignore format: a line for each code
export const REGISTER: PackedRegister = {
  holders: [
${list(holders)}
  ],
  places: [
${list(places)}
  ],
  codes: {
${Object.entries(codes)
  .map(([code, runs]) => `    ${code}: '${runs}',`)
  .join('\n')}
  },
}
`,
)
