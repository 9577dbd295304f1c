/**
 * All numbers on one line: a number is filled up with zeros to 15 digits (E.164), so that a prefix and a range are both a stretch
 * of the line. `values[i]` holds from `starts[i]` to the next start; the first start is 0.
 */
export interface NumberLine<T> {
  readonly starts: Float64Array
  readonly values: readonly T[]
}

/** A stretch of the line: from `start` up to, and without, `end`. */
export interface Stretch<T> {
  readonly start: number
  readonly end: number
  readonly value: T
}

export const LINE_DIGITS = 15

/** What one step is worth on the line for a prefix of so many digits. */
export const SCALE: readonly number[] = Array.from({ length: LINE_DIGITS + 1 }, (_, digits) => 10 ** (LINE_DIGITS - digits))

/** Where the numbers with a prefix lie. @throws when it is not 1 to 15 digits. */
export function stretchOf<T>(prefix: string, value: T): Stretch<T> {
  const scale = SCALE[prefix.length]
  if (!/^\d+$/.test(prefix) || scale === undefined) throw new Error(`'${prefix}' is no prefix`)
  const start = Number(prefix) * scale
  return { start, end: start + scale, value }
}

const clean = <T>(value: T): NumberLine<T> => ({ starts: Float64Array.of(0), values: [value] })

/** Gathers at most `room` pieces from left to right; neighbours of one value are one piece. The first must begin at 0. */
export function makePen<T>(room: number) {
  const starts = new Float64Array(room)
  const values = new Array<T>(room)
  let count = 0
  return {
    draw(start: number, value: T): void {
      if (count > 0 && starts[count - 1] === start) count -= 1
      if (count > 0 && values[count - 1] === value) return
      starts[count] = start
      values[count] = value
      count += 1
    },
    line(): NumberLine<T> {
      values.length = count
      return { starts: starts.subarray(0, count), values }
    },
  }
}

/**
 * A line of stretches that lie inside each other or apart, as prefixes do: the innermost counts, of equal ones the last.
 * Where there is none the value is `otherwise`.
 */
export function drawLine<T>(stretches: readonly Stretch<T>[], otherwise: T): NumberLine<T> {
  if (stretches.length === 0) return clean(otherwise)
  const sorted = [...stretches].sort((a, b) => a.start - b.start || b.end - a.end) // stable: the last of equals comes last
  const pen = makePen<T>(2 * stretches.length + 1)
  pen.draw(0, otherwise)
  const open: Stretch<T>[] = []
  const closeUpTo = (position: number): void => {
    for (let inner = open[open.length - 1]; inner && inner.end <= position; inner = open[open.length - 1]) {
      open.pop()
      pen.draw(inner.end, open[open.length - 1]?.value ?? otherwise)
    }
  }
  for (const stretch of sorted) {
    closeUpTo(stretch.start)
    pen.draw(stretch.start, stretch.value)
    open.push(stretch)
  }
  closeUpTo(Number.POSITIVE_INFINITY)
  return pen.line()
}

/** Both lines as one: each piece has what `combine` makes of what the lines have there. It is asked once for each pair of values. */
export function layLines<A, B, C>(below: NumberLine<A>, above: NumberLine<B>, combine: (below: A, above: B) => C): NumberLine<C> {
  const known = new Map<A, Map<B, C>>()
  const combined = (a: A, b: B): C => {
    let ofA = known.get(a)
    if (!ofA) {
      ofA = new Map()
      known.set(a, ofA)
    }
    const found = ofA.get(b)
    if (found !== undefined) return found
    const made = combine(a, b)
    ofA.set(b, made)
    return made
  }

  const pen = makePen<C>(below.starts.length + above.starts.length)
  let a = 0
  let b = 0
  for (let start = 0; Number.isFinite(start); ) {
    pen.draw(start, combined(below.values[a] as A, above.values[b] as B))
    const nextA = below.starts[a + 1] ?? Number.POSITIVE_INFINITY
    const nextB = above.starts[b + 1] ?? Number.POSITIVE_INFINITY
    start = Math.min(nextA, nextB)
    if (nextA === start) a += 1
    if (nextB === start) b += 1
  }
  return pen.line()
}

/** As `layLines`, for a line that is mostly empty: where it has `nothing`, what lies below stays as it is. */
export function overlay<A, B>(
  below: NumberLine<A>,
  above: NumberLine<B>,
  nothing: B,
  combine: (below: A, above: B) => A,
): NumberLine<A> {
  const pen = makePen<A>(below.starts.length + above.starts.length)
  const known = new Map<B, { readonly below: A; readonly value: A }>() // most facts are said of one kind of number only
  let a = 0
  let b = 0
  for (let start = 0; Number.isFinite(start); ) {
    const under = below.values[a] as A
    const over = above.values[b] as B
    if (over === nothing) pen.draw(start, under)
    else {
      const last = known.get(over)
      const value = last && last.below === under ? last.value : combine(under, over)
      if (last?.value !== value) known.set(over, { below: under, value })
      pen.draw(start, value)
    }
    const nextA = below.starts[a + 1] ?? Number.POSITIVE_INFINITY
    const nextB = above.starts[b + 1] ?? Number.POSITIVE_INFINITY
    start = Math.min(nextA, nextB)
    if (nextA === start) a += 1
    if (nextB === start) b += 1
  }
  return pen.line()
}

/** What the line has for all numbers from `start` up to `end`; undefined when they differ. */
export function valueAt<T>({ starts, values }: NumberLine<T>, start: number, end: number): T | undefined {
  let low = 0
  let high = starts.length
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((starts[middle] as number) <= start) low = middle
    else high = middle
  }
  const next = starts[low + 1]
  return next === undefined || next >= end ? values[low] : undefined
}
