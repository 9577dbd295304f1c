import { now } from '../clock.ts'
import { writeCsv } from '../domain/csv-table.ts'
import type { Rate } from '../domain/currency.ts'
import type { LookUp } from '../domain/number/plan.ts'
import { diffRows, withRows } from '../domain/price-change.ts'
import type { ListRow } from '../domain/price-list.ts'
import { Refusal } from '../domain/refusal.ts'
import { type Zone, zoneByNumber } from '../domain/zone.ts'
import { readCurrencies } from '../store/currencies.ts'
import type { Session } from '../store/session.ts'
import { nameZones, readZones, setZones } from '../store/zones.ts'
import { FILE_COLUMNS, type FileProblem, readInSteps } from './price-file.ts'
import { type Selling, unhurried } from './price-losses.ts'
import { formatMoment, formatPrice } from './price-place.ts'
import { createPricePreview, type PricePreview } from './price-preview.ts'
import { inOrder } from './price-rows.ts'
import type { Listed, PriceVersions, Written } from './price-versions.ts'

export const FILE_MAX = 16_777_216 // octets

export interface ImportRequest {
  readonly file: Uint8Array
  readonly fileName: string // as the operator calls it; told to people who look at the versions
  /** What the file does not mention stays. Without it the file is the whole list. */
  readonly merge: boolean
  readonly currency?: string // of a list that has nothing in it yet
}

export interface ImportPlan {
  readonly problems: readonly FileProblem[] // with one of them nothing is imported
  readonly rows: { readonly before: number; readonly after: number; readonly added: number; readonly removed: number }
  readonly repeated: number
  readonly newZones: readonly Zone[]
  readonly everywhereElse: boolean // plain SMS has a price for what no other row matches
  readonly preview: PricePreview | undefined // undefined: there are problems
}

/** Files in and out of a list. `listed` may be one that is not there yet: then nothing was sold by it. */
export const createPriceImport = ({
  session,
  versions,
  selling,
  lookUp,
}: {
  session: Session
  versions: PriceVersions
  selling: () => Selling
  lookUp: LookUp
}) => {
  const previewOf = createPricePreview(session, selling, lookUp)

  async function readFile({ file }: ImportRequest, costs: boolean) {
    if (file.length > FILE_MAX)
      throw new Refusal('bad_request', { field: 'file', reason: `A file has at most ${FILE_MAX >> 20} MB.` })
    const named = new Map((await readZones(session)).map((zone) => [zone.number, zone]))
    return unhurried(readInSteps(file, (number) => named.get(number) ?? ofCountry(number), costs))
  }

  const wantedRows = (present: readonly ListRow[], rows: readonly ListRow[], { merge }: ImportRequest): readonly ListRow[] =>
    merge ? withRows(present, rows, now()) : rows

  const rateOf = async (currency: string): Promise<Rate | undefined> =>
    (await readCurrencies(session)).find(({ code }) => code === currency)?.rate

  return {
    /** What an import would do. Changes nothing. */
    async plan(listed: Listed | undefined, name: string, request: ImportRequest): Promise<ImportPlan> {
      const { rows, newZones, repeated, problems } = await readFile(request, isCosts(listed))
      const { head, rows: present } = listed ? await versions.read(listed) : NOTHING
      const wanted = wantedRows(present, rows, request)
      const { added, removed } = diffRows(present, wanted)
      const counts = { before: present.length, after: wanted.length, added: added.length, removed: removed.length }
      if (problems.length > 0) return { problems, rows: counts, repeated, newZones, everywhereElse: true, preview: undefined }
      const change = {
        owner: listed?.owner ?? { tariffId: 0 },
        name,
        rate: await rateOf(request.currency ?? head.currency),
        present,
        wanted,
      }
      const everywhereElse = wanted.some((row) => row.channel === 'sms' && row.prefix + row.mccmnc + row.country === '')
      return { problems, rows: counts, repeated, newZones, everywhereElse, preview: await previewOf(change, now()) }
    },

    /** Imports a file whole, as one version; refuses one with problems. Undefined: the list has these rows already. */
    async apply(listed: Listed, request: ImportRequest): Promise<Written | undefined> {
      const { rows, newZones, problems } = await readFile(request, isCosts(listed))
      const [first] = problems
      if (first) {
        const more = problems.length > 1 ? ` ${problems.length - 1} more lines are wrong: --preview lists them.` : ''
        throw new Refusal('bad_request', {
          field: 'file',
          reason: `${first.line > 0 ? `Line ${first.line}: ` : ''}${first.problem}${more} Nothing was imported.`,
        })
      }
      await setZones(session, newZones)
      const fileName = request.fileName.replace(/[\p{Cc}\p{Cs}]/gu, '').slice(0, 80) || 'a file'
      return versions.change(listed, ({ rows: present }) => ({
        rows: wantedRows(present, rows, request),
        what: `${fileName} ${request.merge ? 'merged' : 'imported'}`,
        ...(request.currency !== undefined && { currency: request.currency }),
      }))
    },

    /** A list as a file that can be imported again. `spreadsheet`: with ; and decimal commas, as Russian systems want them. */
    async file(listed: Listed, spreadsheet: boolean): Promise<string> {
      const { rows } = await versions.read(listed)
      const zoneOf = await nameZones(session)
      const costs = isCosts(listed)
      const columns = costs ? FILE_COLUMNS.filter((column) => column !== 'mass') : FILE_COLUMNS
      const amount = (price: bigint) => (spreadsheet ? formatPrice(price).replace('.', ',') : formatPrice(price))
      const lines = inOrder(rows).map((row) => {
        const zone = zoneOf(row.zone)
        const everywhere = row.prefix + row.mccmnc + row.country === ''
        const cells = [row.channel, row.prefix, row.mccmnc, everywhere ? '*' : row.country, formatMoment(row.validFromMs)]
        const named = [String(zone.number), zone.name, zone.nameEn, amount(row.price)]
        return [...cells, ...named, ...(costs ? [] : [row.mass === undefined ? '' : amount(row.mass)])]
      })
      return `${spreadsheet ? '\ufeff' : ''}${writeCsv([columns, ...lines], spreadsheet ? ';' : ',')}`
    },
  }
}

export type PriceImport = ReturnType<typeof createPriceImport>

const isCosts = (listed: Listed | undefined): boolean => listed !== undefined && 'carrierId' in listed.owner

const NOTHING = { head: { currency: 'RUR' }, rows: [] }

/** A country's own zone needs no name from anybody. */
function ofCountry(number: number) {
  const zone = zoneByNumber(number)
  return zone.name === `Зона ${number}` ? undefined : zone
}
