import { isFormula, separatorOf, splitCsvLine } from '../csv-line.ts'
import { countryOf } from './countries.ts'
import type { PlanFacts } from './plan.ts'

/** What an operator of a centre says of numbers; '' where nothing is said. */
export interface Network {
  readonly mcc: string
  readonly mnc: string
  readonly operator: string
  readonly region: string
}

/** A row of an override file: of all numbers with a prefix, or of one whole number (a ported one). */
export interface Override extends Network {
  readonly kind: 'prefix' | 'number'
  readonly digits: string
}

export const factsOf = ({ mcc, mnc, operator, region }: Network): PlanFacts => ({
  ...(mcc && { mcc, mnc }),
  ...(operator && { operator }),
  ...(region && { region, regionEn: region }),
})

const HEADINGS: Readonly<Record<string, readonly string[]>> = {
  number: ['number', 'prefix', 'phone', 'номер', 'префикс'],
  mccmnc: ['mccmnc', 'mcc/mnc', 'mcc_mnc'],
  mcc: ['mcc'],
  mnc: ['mnc'],
  operator: ['operator', 'оператор'],
  region: ['region', 'регион'],
}
const NAME_MAX = 60
const DIGITS_MAX = 15

/** Reads the lines of an override file; a text is why a line, or the heading, is wrong. */
export interface OverrideReader {
  read(line: string): Override | string
}

/**
 * Reads the heading of an override file: `number` and at least one of `mccmnc` (or `mcc` and `mnc`), `operator`, `region`, in any
 * order, between `;`, `,` or tabs. Other columns are passed over.
 */
export function openOverrideReader(heading: string): OverrideReader | string {
  const separator = separatorOf(heading)
  const names = splitCsvLine(heading, separator).map((cell) => cell.toLowerCase())
  const columns = Object.entries(HEADINGS).map(
    ([name, spellings]) => [name, names.findIndex((each) => spellings.includes(each))] as const,
  )
  const at = new Map(columns.filter(([, index]) => index >= 0))
  const says = ['mccmnc', 'mcc', 'operator', 'region'].some((name) => at.has(name))
  if (!at.has('number') || !says || at.has('mcc') !== at.has('mnc')) {
    return 'the first line names the columns: number, and mccmnc (or mcc and mnc), operator or region, with ; or , between'
  }

  return {
    read(line) {
      const cells = splitCsvLine(line, separator)
      if (cells.length !== names.length) return `${cells.length} cells instead of ${names.length}`
      const cell = (name: string): string => cells[at.get(name) ?? -1] ?? ''
      const written = cell('number').replace(/^\+(?=\d)/, '')
      const [, digits, star] = /^(\d{1,15})(\*?)$/.exec(written) ?? []
      if (digits === undefined)
        return `'${written.slice(0, 30)}' is no number and no prefix: digits with the calling code, ${DIGITS_MAX} at most`
      const country = countryOf(digits)
      if (!country) return `no country has a calling code like ${digits.slice(0, 4)}`
      const network = readNetwork(cell)
      if (typeof network === 'string') return network
      const isWhole = star === '' && digits.length >= country.digitsMin && digits.length <= country.digitsMax
      return { kind: isWhole ? 'number' : 'prefix', digits, ...network }
    },
  }
}

function readNetwork(cell: (name: string) => string): Network | string {
  const joint = cell('mccmnc')
  const [mcc, mnc] = joint === '' ? [cell('mcc'), cell('mnc')] : [joint.slice(0, 3), joint.slice(3)]
  if (joint !== '' && !/^\d{5,6}$/.test(joint)) return `'${joint.slice(0, 20)}' is no MCC and MNC: five or six digits, like 25001`
  if (mcc !== '' && !/^\d{3}$/.test(mcc)) return `'${mcc.slice(0, 20)}' is no MCC: three digits`
  if ((mcc === '') !== (mnc === '')) return 'an MCC goes with its MNC'
  if (mnc !== '' && !/^\d{2,3}$/.test(mnc)) return `'${mnc.slice(0, 20)}' is no MNC: two or three digits, 01 and not 1`
  const operator = cell('operator')
  const region = cell('region')
  for (const name of [operator, region]) {
    if (isFormula(name)) return `'${name.slice(0, 30)}' is a formula, not a name`
    if (name.length > NAME_MAX) return `a name of ${name.length} characters, ${NAME_MAX} are the most`
    if (/[\p{Cc}\ufffd,;]/u.test(name)) return `'${name.slice(0, 30)}' holds characters that a name must not have`
  }
  if (mcc === '' && operator === '' && region === '') return 'it says nothing: neither MCC and MNC nor operator nor region'
  return { mcc, mnc, operator, region }
}
