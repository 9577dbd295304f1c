import { type Cell, csvLine } from '../domain/csv.ts'
import { type Charset, encode } from '../domain/text/charset.ts'

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
