/** What the octets of a message are written in. `text_or_octets`: the octets themselves tell. */
export type Alphabet = 'default' | 'ascii' | 'latin1' | 'octets' | 'text_or_octets' | 'cyrillic' | 'hebrew' | 'ucs2' | Foreign
/** Read where Node was built with them. */
export type Foreign = 'shift_jis' | 'iso-2022-jp' | 'euc-jp' | 'euc-kr'

/** With this system_type ISO-8859-1 is the default alphabet of a session, both ways, instead of GSM 7-bit (SMSC API, SMPP). */
export const isLatin1ByDefault = ({ systemType }: { readonly systemType: string }): boolean =>
  systemType.length === 3 && systemType.toUpperCase() === 'ISO'

export interface DataCoding {
  readonly alphabet: Alphabet
  readonly flash: boolean // message class 0
  /** What it says beside the alphabet, for the carrier: another class, an indication. Undefined: nothing. */
  readonly dcs: number | undefined
}

/**
 * The alphabet of each data_coding: below 0x10 by SMPP's own table (3.4, 5.2.19), 4 being how customers of the SMSC API also write
 * Latin-1 texts. Pictograms (9) and reserved values have none.
 */
const SMPP: readonly (Alphabet | undefined)[] = [
  'default',
  'ascii',
  'octets',
  'latin1',
  'text_or_octets',
  'shift_jis',
  'cyrillic',
  'hebrew',
  'ucs2',
  undefined,
  'iso-2022-jp',
  undefined,
  undefined,
  'euc-jp', // JIS X 0212 as its third set
  'euc-kr',
]

const BY_BITS: readonly (Alphabet | undefined)[] = ['default', 'octets', 'ucs2', undefined]

/** Undefined: nobody knows what the octets mean. */
const read = (value: number): DataCoding | undefined => {
  const coding = (alphabet: Alphabet | undefined, flash = false, dcs: number | undefined = undefined) =>
    alphabet && { alphabet, flash, dcs }
  if (value < 0x10) return coding(SMPP[value])

  // From here on by 3GPP TS 23.038, section 4.
  const isFlash = (value & 3) === 0
  if (value >= 0xf0) return withClass(value & 4 ? 'octets' : 'default', isFlash)
  if (value >= 0xc0) return coding(value >= 0xe0 ? 'ucs2' : 'default', false, value) // message waiting
  if (value >= 0x80 || value & 0x20) return undefined // reserved, or compressed
  const alphabet = BY_BITS[(value >> 2) & 3]
  return value & 0x10 ? withClass(alphabet, isFlash) : coding(alphabet, false, value) // to be deleted when read

  function withClass(alphabet: Alphabet | undefined, flash: boolean): DataCoding | undefined {
    return coding(alphabet, flash, flash && alphabet !== 'octets' ? undefined : value)
  }
}

/** By the octet: made once. */
export const DATA_CODINGS: readonly (DataCoding | undefined)[] = Array.from({ length: 256 }, (_, value) => read(value))
