import type pg from 'pg'
import { type OverrideReader, openOverrideReader } from '../domain/number/override.ts'
import type { LineProblem } from '../domain/number/register-csv.ts'
import { Refusal } from '../domain/refusal.ts'
import { countOverrides, type ListedOverride, listOverrides, removeOverrides } from '../store/numbering.ts'
import { type ImportedOverride, importOverrides, type OverrideCounts } from '../store/override-import.ts'
import type { Session } from '../store/session.ts'
import { linesOf } from './file-lines.ts'

export interface ImportOverrides {
  readonly file: AsyncIterable<Uint8Array>
  readonly apply: boolean
  readonly replace: boolean // what the file does not have is removed
}

export interface OverridesImported {
  readonly applied: boolean
  readonly lines: number
  readonly prefixes: OverrideCounts
  readonly numbers: OverrideCounts
  readonly problems: readonly LineProblem[]
  readonly problemCount: number
}

const PROBLEMS_KEPT = 50
const LINES_MAX = 50_000_000
const PREFIXES_MAX = 100_000 // they are kept in memory
const NETWORKS_MAX = 10_000
const BATCH = 1_000
const LISTED = 1_000

/** Ported numbers and corrections: what the operator of a centre knows better than the plan. */
export const createOverrides = (parts: { session: Session; pool: pg.Pool; changed: () => Promise<void> }) => ({
  /** Reads the whole file, however long, and applies all of it or nothing. */
  async import({ file, apply, replace }: ImportOverrides): Promise<OverridesImported> {
    const reading = readOverrides(file)
    const request = { batches: reading.batches, replace, preview: !apply, networksMax: NETWORKS_MAX }
    const outcome = await importOverrides(parts.pool, { ...request, isGood: () => reading.problemCount() === 0 })
    for (const { digits, line, other } of outcome.clashes) reading.add(line, `${digits} is something else than in line ${other}`)
    if (outcome.tooManyNetworks) reading.add(1, `more than ${NETWORKS_MAX} different operators and regions: are they names?`)
    const applied = apply && reading.problemCount() === 0
    if (applied) await parts.changed()
    const { prefixes, numbers } = outcome
    return {
      applied,
      lines: reading.lines(),
      prefixes,
      numbers,
      problems: reading.problems(),
      problemCount: reading.problemCount(),
    }
  },

  /** At most a thousand, of those that begin with these digits. */
  async list(beginning: string): Promise<readonly ListedOverride[]> {
    return listOverrides(parts.session, asDigits(beginning, 0), LISTED)
  },

  count: () => countOverrides(parts.session),

  /** Removes prefixes and numbers; rejects when one of them is not there, and removes the others. */
  async remove(written: readonly string[]): Promise<{ removed: readonly string[] }> {
    const digits = written.map((each) => asDigits(each, 1))
    const removed = await removeOverrides(parts.session, digits)
    if (removed.length > 0) await parts.changed()
    const missing = digits.filter((each) => !removed.includes(each))
    if (missing.length > 0) {
      const others = removed.length > 0 ? ` The other ${removed.length} are removed.` : ''
      throw new Refusal('not_found', {
        field: 'number',
        reason: `There is no override of ${missing.slice(0, 5).join(', ')}.${others}`,
      })
    }
    return { removed }
  },
})

export type Overrides = ReturnType<typeof createOverrides>

function asDigits(written: string, least: number): string {
  const digits = written.replace(/^\+/, '').replace(/\*$/, '')
  if (/^\d*$/.test(digits) && digits.length >= least && digits.length <= 15) return digits
  const reason = `'${written.slice(0, 30)}' is no number and no prefix: digits with the calling code, 15 at most.`
  throw new Refusal('bad_request', { field: 'number', reason })
}

/** Reads line by line; what is wrong is remembered, and the reading goes on, so that one import names everything. */
function readOverrides(file: AsyncIterable<Uint8Array>) {
  const problems: LineProblem[] = []
  let problemCount = 0
  let line = 0
  let prefixes = 0
  const add = (at: number, reason: string): void => {
    problemCount += 1
    if (problems.length < PROBLEMS_KEPT) problems.push({ line: at, reason })
  }

  async function* batches(): AsyncGenerator<readonly ImportedOverride[]> {
    let reader: OverrideReader | undefined
    let batch: ImportedOverride[] = []
    for await (const lines of linesOf(file)) {
      for (const text of lines) {
        line += 1
        if (line > LINES_MAX) return add(line, `the file has more than ${LINES_MAX} lines`)
        if (typeof text !== 'string') {
          add(line, 'the line is longer than any line of such a file')
          continue
        }
        if (line === 1) {
          const opened = openOverrideReader(text)
          if (typeof opened === 'string') add(1, opened)
          else reader = opened
          continue
        }
        if (!reader || text.trim() === '') continue
        const row = reader.read(text)
        if (typeof row === 'string') add(line, row)
        else if (row.kind === 'prefix' && ++prefixes === PREFIXES_MAX + 1) add(line, `more than ${PREFIXES_MAX} prefixes`)
        else if (problemCount === 0) batch.push({ ...row, line })
      }
      if (batch.length >= BATCH) {
        yield batch
        batch = []
      }
    }
    if (line <= 1 && problemCount === 0) add(1, 'there is nothing below the heading')
    if (batch.length > 0) yield batch
  }

  return {
    batches: batches(),
    add,
    lines: () => line,
    problems: () => problems.sort((a, b) => a.line - b.line),
    problemCount: () => problemCount,
  }
}
