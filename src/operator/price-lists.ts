import type { LookUp } from '../domain/number/plan.ts'
import { Refusal } from '../domain/refusal.ts'
import type { PriceVersion } from '../store/price-lists.ts'
import type { Session } from '../store/session.ts'
import { carrierNamed, currencyOf } from './costs.ts'
import { createPriceImport, type ImportPlan, type ImportRequest } from './price-import.ts'
import type { Selling } from './price-losses.ts'
import { createPriceVersions, type Listed } from './price-versions.ts'
import { findTariffNamed, tariffFor, tariffNamed } from './tariffs.ts'

export type ListKind = 'tariff' | 'cost'

/** What tariffs and carriers' costs have in common: files, previews, versions. A list is named by its tariff or its carrier. */
export const createPriceLists = ({
  session,
  changed,
  selling,
  lookUp,
}: {
  session: Session
  changed: () => void
  selling: () => Selling
  lookUp: LookUp
}) => {
  const versions = createPriceVersions({ session, changed })
  const files = createPriceImport({ session, versions, selling, lookUp })

  const named = (kind: ListKind, name: string, currency?: string): Promise<Listed> =>
    kind === 'tariff' ? tariffNamed(session, name) : carrierNamed(session, name, currency)

  return {
    /** What an import would do. A tariff that is not there yet is not made. */
    async plan(kind: ListKind, name: string, request: ImportRequest): Promise<ImportPlan & { currency: string }> {
      const listed =
        kind === 'tariff' ? await findTariffNamed(session, name) : await carrierNamed(session, name, request.currency)
      const currency = listed ? await checkCurrency(kind, listed, request.currency) : (request.currency ?? 'RUR')
      return { ...(await files.plan(listed, name, request)), currency }
    },

    async apply(kind: ListKind, name: string, request: ImportRequest) {
      const { currency } = request
      const listed =
        kind === 'tariff'
          ? await tariffFor(session, { tariff: name, ...(currency !== undefined && { currency }) })
          : await carrierNamed(session, name, currency)
      await checkCurrency(kind, listed, currency)
      return files.apply(listed, request)
    },

    file: async (kind: ListKind, name: string, spreadsheet: boolean): Promise<string> =>
      files.file(await named(kind, name), spreadsheet),

    versions: async (kind: ListKind, name: string): Promise<PriceVersion[]> => versions.versions(await named(kind, name)),

    undo: async (kind: ListKind, name: string, to?: number) => versions.undo(await named(kind, name), to),
  }

  async function checkCurrency(kind: ListKind, listed: Listed, wanted: string | undefined): Promise<string> {
    if (kind === 'cost') return currencyOf(listed, await versions.read(listed), wanted)
    if (wanted === undefined || wanted === listed.currency) return listed.currency
    throw new Refusal('bad_request', { field: 'currency', reason: `The tariff ${listed.name} is in ${listed.currency}.` })
  }
}

export type PriceLists = ReturnType<typeof createPriceLists>
