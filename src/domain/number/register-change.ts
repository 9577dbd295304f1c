import { layLines, makePen, type NumberLine } from './number-line.ts'
import type { Register, RegisterRange } from './register.ts'
import { isKnownOperator, operatorOf } from './russian-operators.ts'
import { regionOf } from './russian-regions.ts'

/** Numbers that would say something else; `from` and `to` as people call them. */
export interface Move {
  readonly what: 'operator' | 'region'
  readonly from: string
  readonly to: string
  readonly numbers: number
  readonly ranges: number
}

/** What a new register changes, counted in numbers. */
export interface RegisterChange {
  readonly ranges: number // of the new one
  readonly numbers: number
  readonly added: number // nobody's before
  readonly removed: number // nobody's from now on
  readonly otherOperator: number
  readonly otherRegion: number
  /** From whom to whom, the most numbers first, at most 20 of each kind. */
  readonly moves: readonly Move[]
  /** Holders of the new one that have no brand here: they go by their legal names, without an MNC. Those the old one lacks first. */
  readonly unknownOperators: readonly UnknownOperator[]
  /** Places that are none of the 89 regions: they are shown as written, without a time zone. */
  readonly unknownPlaces: readonly { readonly name: string; readonly numbers: number }[]
}

export interface UnknownOperator {
  readonly name: string
  readonly taxpayer: string
  readonly numbers: number
  readonly isNew: boolean
}

const MOVES_MAX = 20

interface Owner {
  readonly operator: string
  readonly region: string
}
const NOBODY: Owner = { operator: '', region: '' }

/** Compares two registers number by number, by what they say to people: a legal name spelled anew is no change. */
export function compareRegisters(before: Register, after: Register): RegisterChange {
  const pairs = layLines(lineOf(before), lineOf(after), (old, fresh) => ({ old, fresh }))
  const counts = { added: 0, removed: 0, otherOperator: 0, otherRegion: 0 }
  const moves = new Map<string, { what: Move['what']; from: string; to: string; numbers: number; ranges: number }>()
  const move = (what: Move['what'], from: string, to: string, numbers: number): void => {
    const key = `${what}\t${from}\t${to}`
    const known = moves.get(key) ?? { what, from, to, numbers: 0, ranges: 0 }
    moves.set(key, known)
    known.numbers += numbers
    known.ranges += 1
  }
  for (const [at, { old, fresh }] of pairs.values.entries()) {
    const numbers = (pairs.starts[at + 1] ?? 0) - (pairs.starts[at] ?? 0) // behind the last piece nobody has any
    if (old === NOBODY && fresh === NOBODY) continue
    if (old === NOBODY) counts.added += numbers
    else if (fresh === NOBODY) counts.removed += numbers
    else {
      if (old.operator !== fresh.operator) {
        counts.otherOperator += numbers
        move('operator', old.operator, fresh.operator, numbers)
      }
      if (old.region !== fresh.region) {
        counts.otherRegion += numbers
        move('region', old.region, fresh.region, numbers)
      }
    }
  }
  const sorted = [...moves.values()].sort((a, b) => b.numbers - a.numbers)
  return {
    ranges: after.ranges.length,
    numbers: sumOf(after.ranges),
    ...counts,
    moves: (['operator', 'region'] as const).flatMap((what) => sorted.filter((each) => each.what === what).slice(0, MOVES_MAX)),
    unknownOperators: unknownOperators(before, after),
    unknownPlaces: after.places
      .map((name, place) => ({ name, place }))
      .filter(({ name }) => regionOf(name) === undefined)
      .map(({ name, place }) => ({ name, numbers: sumOf(after.ranges.filter((each) => each.place === place)) }))
      .sort((a, b) => b.numbers - a.numbers),
  }
}

function unknownOperators(before: Register, { holders, ranges }: Register): UnknownOperator[] {
  const old = new Set(before.holders.map(({ taxpayer }) => taxpayer))
  return holders
    .map(({ taxpayer, name }, holder) => ({
      taxpayer,
      name: operatorOf(taxpayer, name)[0],
      numbers: sumOf(ranges.filter((each) => each.holder === holder)),
      isNew: !old.has(taxpayer),
    }))
    .filter(({ taxpayer }) => !isKnownOperator(taxpayer))
    .sort((a, b) => Number(b.isNew) - Number(a.isNew) || b.numbers - a.numbers)
}

export const sumOf = (ranges: readonly RegisterRange[]): number => ranges.reduce((sum, { count }) => sum + count, 0)

/** The ten digits behind the 7 as a line. */
function lineOf({ holders, places, ranges }: Register): NumberLine<Owner> {
  const operators = holders.map(({ taxpayer, name }) => operatorOf(taxpayer, name)[0])
  const owners = new Map<string, Owner>()
  const pen = makePen<Owner>(2 * ranges.length + 1)
  pen.draw(0, NOBODY)
  for (const { start, count, holder, place } of ranges) {
    const owner = { operator: operators[holder] ?? '', region: places[place] ?? '' }
    const key = `${owner.operator}\t${owner.region}`
    owners.set(key, owners.get(key) ?? owner)
    pen.draw(start, owners.get(key) ?? owner)
    pen.draw(start + count, NOBODY)
  }
  return pen.line()
}
