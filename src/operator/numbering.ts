import type pg from 'pg'
import { now } from '../clock.ts'
import { packRegister, type Register, unpackRegister } from '../domain/number/register.ts'
import { compareRegisters, type RegisterChange, sumOf } from '../domain/number/register-change.ts'
import { type LineProblem, readRegisterCsv } from '../domain/number/register-csv.ts'
import { REGISTER, REGISTER_DATE } from '../domain/number/register-table.ts'
import { Refusal } from '../domain/refusal.ts'
import { dropRegister, readNumbering, storeRegister } from '../store/numbering.ts'
import type { Session } from '../store/session.ts'
import { textOfFile } from './file-text.ts'
import { createOverrides } from './numbering-overrides.ts'

/** What an import did, or would do: `applied` false is a preview, and so is a file with problems. */
export interface RegisterImport {
  readonly applied: boolean
  readonly dated: string
  readonly before: string // the date of the register that was in force
  readonly change: RegisterChange | undefined // undefined: the file has problems
  readonly problems: readonly LineProblem[]
  readonly problemCount: number
}

export interface ImportRegister {
  readonly file: Uint8Array
  readonly dated?: string | undefined // YYYY-MM-DD; without it today
  readonly apply: boolean
}

/** The register of Russian mobile numbers: which one is in force, and a newer one in its place. */
export const createRegisterKeeper = ({ session, changed }: { session: Session; changed: () => Promise<void> }) => ({
  /** Compares a file with the register in force, and puts it in its place when `apply` says so and no line is wrong. */
  async import({ file, dated: written, apply }: ImportRegister): Promise<RegisterImport> {
    const dated = readDate(written)
    const current = await readCurrent(session)
    const read = readRegisterCsv(textOfFile(file))
    const common = { dated, before: current.dated }
    if ('problems' in read) return { ...common, applied: false, change: undefined, ...read }
    const { register } = read
    const change = compareRegisters(current.register, register)
    if (apply) {
      const { ranges } = register
      await storeRegister(session, { dated, ranges: ranges.length, numbers: sumOf(ranges), packed: packRegister(register) })
      await changed()
    }
    return { ...common, applied: apply, change, problems: [], problemCount: 0 }
  },

  /** The shipped register is in force again. */
  async reset(): Promise<{ dated: string }> {
    if (!(await dropRegister(session))) {
      throw new Refusal('not_found', { reason: `No register was imported: the shipped one of ${REGISTER_DATE} is in force.` })
    }
    await changed()
    return { dated: REGISTER_DATE }
  },

  async status() {
    const { register } = await readNumbering(session)
    const shipped = unpackRegister(REGISTER)
    return {
      dated: register?.dated ?? REGISTER_DATE,
      imported_at: register ? new Date(register.importedAtMs).toISOString() : null,
      ranges: register?.ranges ?? shipped.ranges.length,
      numbers: register?.numbers ?? sumOf(shipped.ranges),
      shipped: REGISTER_DATE,
    }
  },
})

/** All that an operator does with the numbering plan. */
export const createNumberingOffice = (session: Session, pool: pg.Pool, changed: () => Promise<void>) => ({
  register: createRegisterKeeper({ session, changed }),
  overrides: createOverrides({ session, pool, changed }),
})

export type NumberingOffice = ReturnType<typeof createNumberingOffice>
export type RegisterKeeper = ReturnType<typeof createRegisterKeeper>

async function readCurrent(session: Session): Promise<{ dated: string; register: Register }> {
  const { register } = await readNumbering(session)
  return { dated: register?.dated ?? REGISTER_DATE, register: unpackRegister(register?.packed ?? REGISTER) }
}

function readDate(written: string | undefined): string {
  const today = new Date(now()).toISOString().slice(0, 10)
  if (written === undefined) return today
  const isDate = /^20\d\d-\d\d-\d\d$/.test(written) && new Date(`${written}T00:00:00Z`).toISOString().startsWith(written)
  if (!isDate || written > today) {
    const reason = `'${written.slice(0, 20)}' is not the date of a register: write the day it was published, like ${REGISTER_DATE}.`
    throw new Refusal('bad_request', { field: 'date', reason })
  }
  return written
}
