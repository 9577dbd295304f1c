import { NO_SELLER, type Seller } from '../domain/document.ts'
import { Refusal } from '../domain/refusal.ts'
import { readSeller, writeSeller } from '../store/documents.ts'
import type { Session } from '../store/session.ts'

const TEXT_MAX = 500

type Texts = Exclude<keyof Seller, 'vat'>

/** What is left out stays as it is; vat null: documents say nothing of it. */
export type SellerChange = { readonly [Name in Texts]?: string } & { readonly vat?: number | null }

/** The operator's own company, as it stands on invoices and acts. Those that are written already keep what they were written with. */
export const createSellers = (session: Session) => {
  const show = async (): Promise<Seller> => ({ ...NO_SELLER, ...(await readSeller(session)) })

  return {
    show,

    async set({ vat, ...texts }: SellerChange): Promise<Seller> {
      const present = await show()
      const written = Object.entries(texts).map(([field, text]) => [field, checked(field, text)])
      if (vat !== undefined && vat !== null && !(Number.isInteger(vat) && vat >= 0 && vat < 100)) {
        throw new Refusal('bad_request', { field: 'vat', reason: 'VAT is a whole number of percents from 0 to 99, or none.' })
      }
      const seller: Seller = { ...present, ...Object.fromEntries(written), ...(vat !== undefined && { vat }) }
      if (seller.name === '') throw new Refusal('bad_request', { field: 'name', reason: 'A seller needs a name.' })
      await writeSeller(session, seller)
      return seller
    },
  }
}

export type Sellers = ReturnType<typeof createSellers>

function checked(field: string, text: string): string {
  const trimmed = text.trim()
  if (trimmed.length <= TEXT_MAX && !/[\0-\x08\x0b-\x1f]/.test(trimmed)) return trimmed
  const reason = `The ${field} has at most ${TEXT_MAX} characters, and no control characters.`
  throw new Refusal('bad_request', { field, reason })
}
