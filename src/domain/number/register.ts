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
 * A register as it is stored and shipped: a line for each code, of runs from 0000000 on. A run is a count (`k` thousands, `m`
 * millions), a dot, and two base-36 digits each for holder and place; nothing behind the dot: nobody's numbers.
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
    if (gap > 0) runs.push(`${shortCount(gap)}.`)
    runs.push(`${shortCount(count)}.${twoDigits(holder)}${twoDigits(place)}`)
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
  for (const [code, runs] of Object.entries(packed.codes)) {
    let start = Number(code) * NUMBERS_OF_CODE
    for (const run of runs.split(' ')) {
      const dot = run.indexOf('.')
      const count = longCount(run.slice(0, dot))
      if (dot + 1 < run.length) {
        const holder = Number.parseInt(run.slice(dot + 1, dot + 3), 36)
        const place = Number.parseInt(run.slice(dot + 3), 36)
        ranges.push({ start, count, holder, place })
      }
      start += count
    }
  }
  const holders = packed.holders.map((each) => {
    const space = each.indexOf(' ')
    return { taxpayer: each.slice(0, space), name: each.slice(space + 1) }
  })
  return { holders, places: packed.places, ranges }
}

const twoDigits = (index: number): string => index.toString(36).padStart(2, '0')

const shortCount = (count: number): string =>
  count % 1_000_000 === 0 ? `${count / 1_000_000}m` : count % 1000 === 0 ? `${count / 1000}k` : String(count)

function longCount(written: string): number {
  const unit = written.at(-1)
  return unit === 'm'
    ? Number(written.slice(0, -1)) * 1_000_000
    : unit === 'k'
      ? Number(written.slice(0, -1)) * 1000
      : Number(written)
}
