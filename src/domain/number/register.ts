import { readRuns, writeRun } from './runs.ts'

/** A range of Russian numbers as the state register gives it out. `start` is the ten digits behind the 7. */
export interface RegisterRange {
  readonly start: number
  readonly count: number
  readonly holder: number // index of `holders`
  readonly place: number // index of `places`
}

/** The Russian numbering register, read: its ranges lie apart, in the order of their numbers. */
export interface Register {
  readonly holders: readonly Holder[]
  /** Regions by their names (russian-regions.ts); a place that is none of them as the register spells it. */
  readonly places: readonly string[]
  readonly ranges: readonly RegisterRange[]
}

/** Who holds numbers; the first spelling of the legal name that the register has for the taxpayer. */
export interface Holder {
  readonly taxpayer: string
  readonly name: string
}

/**
 * A register as it is stored and shipped: for each code its numbers from 0000000 on in runs (runs.ts), whose values are two base-36
 * digits each for holder and place.
 *
 *     codes: { '900': '62k.0000 1k.0001 …' }
 */
export interface PackedRegister {
  readonly holders: readonly string[] // taxpayer number, a space, legal name
  readonly places: readonly string[]
  readonly codes: Readonly<Record<string, string>>
}

/** Numbers that share a code: ten digits less three. */
export const NUMBERS_OF_CODE = 10_000_000
/** What two base-36 digits can tell apart. */
export const INDEX_MAX = 36 * 36

export function packRegister({ holders, places, ranges }: Register): PackedRegister {
  const codes: Record<string, string[]> = {}
  const ends: Record<string, number> = {}
  for (const { start, count, holder, place } of ranges) {
    const code = String(Math.floor(start / NUMBERS_OF_CODE))
    const runs = codes[code] ?? []
    codes[code] = runs
    const from = start % NUMBERS_OF_CODE
    const gap = from - (ends[code] ?? 0)
    if (gap > 0) runs.push(writeRun(gap, ''))
    runs.push(writeRun(count, twoDigits(holder) + twoDigits(place)))
    ends[code] = from + count
  }
  return {
    holders: holders.map(({ taxpayer, name }) => `${taxpayer} ${name}`),
    places,
    codes: Object.fromEntries(Object.entries(codes).map(([code, runs]) => [code, runs.join(' ')])),
  }
}

export function unpackRegister(packed: PackedRegister): Register {
  const ranges: RegisterRange[] = []
  eachRange(packed, (start, count, holder, place) => ranges.push({ start, count, holder, place }))
  return { holders: packed.holders.map(readHolder), places: packed.places, ranges }
}

/** Goes through the ranges in the order of their numbers, without making an object of each. */
export function eachRange(
  { codes }: PackedRegister,
  each: (start: number, count: number, holder: number, place: number) => void,
): void {
  for (const [code, runs] of Object.entries(codes)) {
    let start = Number(code) * NUMBERS_OF_CODE
    readRuns(runs, (count, value) => {
      if (value >= 0) each(start, count, Math.floor(value / INDEX_MAX), value % INDEX_MAX)
      start += count
    })
  }
}

export function readHolder(packed: string): Holder {
  const space = packed.indexOf(' ')
  return { taxpayer: packed.slice(0, space), name: packed.slice(space + 1) }
}

const twoDigits = (index: number): string => index.toString(36).padStart(2, '0')
