import type { Account } from '../domain/account.ts'
import { documentName, documentType, mediaType } from '../domain/document-type.ts'
import { Refusal } from '../domain/refusal.ts'
import type { DocumentRow, SenderDocuments } from '../store/sender-documents.ts'
import type { NewDocument, Which } from '../store/senders.ts'

/** A file as it was posted. */
export interface OfferedDocument {
  readonly name: string
  readonly info: string
  readonly content: Uint8Array
}

export const DOCUMENT_OCTETS_MAX = 3 * 1024 * 1024
const NAME_MAX = 200
const INFO_MAX = 1_000
const ID_MAX = 2_147_483_647

/** Refuses with denied what is empty, longer than 3 MB, or not what it may be, by its content. */
export const readDocuments = (offered: readonly OfferedDocument[]): NewDocument[] =>
  offered.map(({ name, info, content }) => {
    const type = documentType(content)
    if (type === undefined || content.length > DOCUMENT_OCTETS_MAX) throw new Refusal('denied', { field: 'file' })
    if (info.length > INFO_MAX) throw new Refusal('bad_request', { field: 'doc_info', most: INFO_MAX })
    return { name: name.slice(-NAME_MAX), type, info, content }
  })

/** A document to be handed out. */
export interface HandedDocument {
  readonly name: string // harmless in a header and on a disk
  readonly type: string // as in Content-Type
  readonly content: Uint8Array
}

export type DocumentDesk = ReturnType<typeof createDocumentDesk>

/** Documents that an account has shown for its names. Refuses with not_found. */
export const createDocumentDesk = (documents: SenderDocuments) => ({
  /** Of one name. */
  list: (account: Account, which: Which): Promise<DocumentRow[]> => documents.list(account.id, which),

  async read(account: Account, id: number): Promise<HandedDocument> {
    const found = id > ID_MAX ? undefined : await documents.read(account.id, id)
    if (!found) throw new Refusal('not_found', { field: 'doc' })
    return { name: documentName(found.senderId, found.id, found.type), type: mediaType(found.type), content: found.content }
  },
})
