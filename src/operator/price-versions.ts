import { now } from '../clock.ts'
import { diffRows } from '../domain/price-change.ts'
import type { ListRow } from '../domain/price-list.ts'
import { Refusal } from '../domain/refusal.ts'
import {
  ensurePriceList,
  type ListOwner,
  type Owner,
  type PriceListHead,
  type PriceVersion,
  readRowsAt,
  readRowsOf,
  readVersions,
  type StoredRow,
  VERSIONS_MAX,
  writeVersion,
} from '../store/price-lists.ts'
import type { Session } from '../store/session.ts'
import { formatMoment } from './price-place.ts'

/** A tariff or a carrier whose list is changed; or an account, where that is said. */
export interface Listed<Of extends ListOwner = Owner> {
  readonly owner: Of
  readonly name: string
  readonly currency: string // of a list that is made now
}

export interface Present {
  readonly head: PriceListHead
  readonly rows: readonly StoredRow[]
}

/** What a list is to become. */
export interface Wanted {
  readonly rows: readonly ListRow[]
  readonly what: string // said to people who look at the versions
  readonly currency?: string
  readonly sameAs?: number
}

export interface Written {
  readonly version: number
  readonly added: number
  readonly removed: number
}

const TRIES = 5
/** Rows of one list: nodes keep them in memory. */
export const ROWS_MAX = 100_000

/** Every change of a list makes a version of it, whole or not at all. */
export const createPriceVersions = ({ session, changed }: { session: Session; changed: () => void }) => {
  async function read({ owner, currency }: Listed<ListOwner>): Promise<Present> {
    const head = await ensurePriceList(session, owner, currency)
    return { head, rows: (await readRowsOf(session, [head.id])).get(head.id) ?? [] }
  }

  /** `edit` may be asked again, when somebody else changed the list meanwhile; undefined: nothing is to be changed. */
  async function change(
    listed: Listed<ListOwner>,
    edit: (present: Present) => Wanted | Promise<Wanted>,
  ): Promise<Written | undefined> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const present = await read(listed)
      const { head, rows } = present
      const wanted = await edit(present)
      if (wanted.rows.length > ROWS_MAX) {
        const reason = `${listed.name} would have ${wanted.rows.length} rows; a list has at most ${ROWS_MAX}.`
        throw new Refusal('bad_request', { field: 'rows', reason })
      }
      const { added, removed } = diffRows(rows, wanted.rows)
      const currency = wanted.currency ?? head.currency
      if (added.length + removed.length === 0 && currency === head.currency) return undefined
      const version = await writeVersion(session, {
        listId: head.id,
        version: head.version,
        sameAs: wanted.sameAs,
        atMs: now(),
        what: wanted.what,
        currency,
        added,
        removed: removed.map(({ id }) => id),
      })
      if (version === undefined) continue
      changed()
      return { version, added: added.length, removed: removed.length }
    }
    throw new Refusal('overloaded', { reason: `${listed.name} is being changed by somebody else: try again.` })
  }

  /** The newest first; a thousand of them are kept. */
  const versions = async (listed: Listed): Promise<PriceVersion[]> => {
    const head = await ensurePriceList(session, listed.owner, listed.currency)
    return readVersions(session, head.id, VERSIONS_MAX)
  }

  return {
    read,
    change,
    versions,

    /** Brings back the rows of the version before, or of `to`; what was undone can be brought back the same way. */
    async undo(listed: Listed, to?: number): Promise<Written & { readonly back: PriceVersion }> {
      const [current, ...older] = await versions(listed)
      const back =
        to === undefined
          ? older.find(({ version }) => version < (current?.sameAs ?? 0))
          : older.find(({ version }) => version === to)
      if (!current || !back) {
        const known = to === undefined ? 'There is no version before this one' : `There is no version ${to} to go back to`
        throw new Refusal('not_found', { field: 'to', reason: `${known} of ${listed.name}.` })
      }
      const written = await change(listed, async ({ head }) => ({
        rows: await readRowsAt(session, head.id, back.version),
        what: `version ${back.version} brought back`,
        currency: back.currency,
        sameAs: back.sameAs,
      }))
      return { ...(written ?? { version: current.version, added: 0, removed: 0 }), back }
    },
  }
}

export type PriceVersions = ReturnType<typeof createPriceVersions>

export const presentVersion = ({ version, sameAs, atMs, what, currency, added, removed }: PriceVersion) => ({
  version,
  same_as: sameAs,
  at: formatMoment(atMs - (atMs % 1000)),
  what,
  currency,
  added,
  removed,
})
