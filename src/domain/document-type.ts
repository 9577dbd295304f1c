/** What a document may be: by the octets it begins with, whatever its name says. */
const BEGINNINGS: readonly (readonly [type: string, octets: readonly number[]])[] = [
  ['jpg', [0xff, 0xd8, 0xff]],
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]], // %PDF-
  ['tif', [0x49, 0x49, 0x2a, 0x00]], // little-endian
  ['tif', [0x4d, 0x4d, 0x00, 0x2a]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['rar', [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07]], // Rar!, versions 1.5 to 5
]

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  pdf: 'application/pdf',
  tif: 'image/tiff',
  zip: 'application/zip',
  rar: 'application/vnd.rar',
}

/** jpg, tif, pdf, png, zip or rar; undefined: none of them. */
export const documentType = (content: Uint8Array): string | undefined =>
  BEGINNINGS.find(([, octets]) => octets.every((octet, at) => content[at] === octet))?.[0]

/** What a document that was shown for a name is called when it is handed out: its owner may have called it anything. */
export const documentName = (senderId: number, id: number, type: string): string => `sender-${senderId}-${id}.${type}`

/** As in Content-Type. */
export const mediaType = (type: string): string => MEDIA_TYPES[type] ?? 'application/octet-stream'
