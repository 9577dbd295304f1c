import { fork } from 'node:child_process'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Cell, csvLine } from '../domain/csv.ts'
import { type Charset, encode } from '../domain/text/charset.ts'
import type { ToWorkbook } from './workbook-program.ts'

/** Makes a file of rows. What it has so far is given out as it comes, so that none need be in memory as a whole. */
export interface FileMaker {
  /** More rows make no such file. */
  readonly rowsMax: number
  add(rows: readonly (readonly Cell[])[]): Promise<Uint8Array>
  /** The last of it. */
  end(): Promise<Uint8Array>
  /** It is not wanted any more. */
  close(): void
}

const NOTHING = new Uint8Array(0)
/** Tells spreadsheets that what follows is UTF-8: they take it for the charset of the computer otherwise. */
const MARK = '\ufeff'

/** CSV of any length. A character that the charset has no octet for is `?`. */
export function makeCsv(charset: Charset): FileMaker {
  let start = charset === 'utf-8' ? MARK : ''
  return {
    rowsMax: Number.POSITIVE_INFINITY,
    async add(rows) {
      const octets = encode(start + rows.map(csvLine).join(''), charset)
      start = ''
      return octets
    },
    end: async () => NOTHING,
    close: () => {},
  }
}

/** As many as a workbook is made of within a few seconds and some hundred megabytes. */
export const XLSX_ROWS_MAX = 100_000
const PROGRAM_MB = 1_024

/** A workbook, written by a program of its own when all its rows are there. */
export function makeXlsx(): FileMaker {
  const own = fileURLToPath(import.meta.url)
  const program = fork(join(dirname(own), `workbook-program${extname(own)}`), {
    serialization: 'advanced',
    execArgv: [...process.execArgv, `--max-old-space-size=${PROGRAM_MB}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const written = new Promise<Uint8Array>((resolve, reject) => {
    program.once('message', (octets: Uint8Array) => resolve(octets)).once('error', reject)
    program.once('exit', () => reject(new Error('the program that writes a workbook has ended')))
  })
  written.catch(() => {}) // told to whoever asks for the end

  const tell = (message: ToWorkbook): Promise<void> =>
    new Promise((resolve, reject) => program.send(message, (error) => (error ? reject(error) : resolve())))

  return {
    rowsMax: XLSX_ROWS_MAX,
    async add(rows) {
      await tell(rows)
      return NOTHING
    },
    async end() {
      await tell('end')
      return written
    },
    close: () => void program.kill('SIGKILL'),
  }
}
