import { table, WIDTH_MAX, wrap } from '../print.ts'

interface Problem {
  readonly line: number
  readonly reason: string
}

/** What the centre says of a register that was sent to it. */
export interface RegisterImport {
  readonly applied: boolean
  readonly dated: string
  readonly before: string
  readonly change?: {
    readonly ranges: number
    readonly numbers: number
    readonly added: number
    readonly removed: number
    readonly otherOperator: number
    readonly otherRegion: number
    readonly moves: readonly {
      readonly what: 'operator' | 'region'
      readonly from: string
      readonly to: string
      readonly numbers: number
      readonly ranges: number
    }[]
    readonly unknownOperators: readonly {
      readonly name: string
      readonly taxpayer: string
      readonly numbers: number
      readonly isNew: boolean
    }[]
    readonly unknownPlaces: readonly { readonly name: string; readonly numbers: number }[]
  }
  readonly problems: readonly Problem[]
  readonly problemCount: number
}

interface Counts {
  readonly added: number
  readonly changed: number
  readonly same: number
  readonly removed: number
}

/** What the centre says of an override file. */
export interface OverridesImported {
  readonly applied: boolean
  readonly lines: number
  readonly prefixes: Counts
  readonly numbers: Counts
  readonly problems: readonly Problem[]
  readonly problemCount: number
}

const UNKNOWN_SHOWN = 20
/** A register loses a few thousand numbers a month. */
const SUSPICIOUS_PERCENT = 5

/** 694490763 → 694,490,763. */
export const sum = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

export function showRegister({ applied, dated, before, change, problems, problemCount }: RegisterImport): string {
  if (!change) return showProblems(problems, problemCount)
  const { moves, unknownOperators, unknownPlaces } = change
  const blocks = [
    `Register of ${dated} against that of ${before}: ${sum(change.ranges)} ranges, ${sum(change.numbers)} numbers.`,
    table(
      ['WHAT CHANGES', 'NUMBERS'],
      [
        ['given out', sum(change.added)],
        ['taken back', sum(change.removed)],
        ['other operator', sum(change.otherOperator)],
        ['other region', sum(change.otherRegion)],
      ],
      '',
      ['NUMBERS'],
    ),
  ]
  for (const what of ['operator', 'region'] as const) {
    const rows = moves.filter((each) => each.what === what).map((each) => [each.from, each.to, sum(each.numbers), each.ranges])
    if (rows.length > 0) blocks.push(table([what.toUpperCase(), 'BECOMES', 'NUMBERS', 'RANGES'], rows, '', ['NUMBERS']))
  }
  const fresh = unknownOperators.filter(({ isNew }) => isNew)
  if (fresh.length > 0) {
    const rows = fresh.slice(0, UNKNOWN_SHOWN).map((each) => [each.name, each.taxpayer, sum(each.numbers)])
    const more = fresh.length > rows.length ? `, the ${rows.length} largest` : ''
    blocks.push(
      `New operators that we know no brand and no MNC of${more}:`,
      table(['NAME', 'TAXPAYER', 'NUMBERS'], rows, '', ['NUMBERS']),
    )
  }
  const others = unknownOperators.length - fresh.length
  if (others > 0) blocks.push(`${others} small operators go by their legal names and have no MNC, as before.`)
  if (unknownPlaces.length > 0) {
    blocks.push(
      'Places that are no region we know, shown as written and without hours:',
      table(
        ['PLACE', 'NUMBERS'],
        unknownPlaces.map((each) => [each.name, sum(each.numbers)]),
        '',
        ['NUMBERS'],
      ),
    )
  }
  const lost = Math.round((100 * change.removed) / (change.numbers - change.added + change.removed))
  if (lost >= SUSPICIOUS_PERCENT) {
    blocks.push(`Careful: ${lost} of 100 numbers that are somebody's now would be nobody's. Is the file whole?`)
  }
  blocks.push(applied ? 'It is in force.' : 'Nothing is changed yet: say --yes to put it in force.')
  return blocks.join('\n\n')
}

export function showOverrides({ applied, lines, prefixes, numbers, problems, problemCount }: OverridesImported): string {
  if (problemCount > 0) return showProblems(problems, problemCount)
  const row = (name: string, { added, changed, same, removed }: Counts) => [
    name,
    sum(added),
    sum(changed),
    sum(same),
    sum(removed),
  ]
  return [
    `${sum(Math.max(0, lines - 1))} lines.`,
    table(['OVERRIDES', 'NEW', 'CHANGED', 'AS BEFORE', 'REMOVED'], [row('prefixes', prefixes), row('numbers', numbers)], '', [
      'NEW',
      'CHANGED',
      'AS BEFORE',
      'REMOVED',
    ]),
    applied ? 'They are in force.' : 'Nothing is changed yet: say --yes to put them in force.',
  ].join('\n\n')
}

function showProblems(problems: readonly Problem[], problemCount: number): string {
  const lines = problems.flatMap(({ line, reason }) => wrap(`line ${line}: ${reason}`, WIDTH_MAX))
  if (problemCount > problems.length) lines.push(`and ${sum(problemCount - problems.length)} more`)
  const count = problemCount === 1 ? 'One line is' : `${sum(problemCount)} lines are`
  return `${lines.join('\n')}\n\n${count} wrong, so nothing is changed. Correct the file and import it again.`
}
