/** ISO 8859-5 (Cyrillic) and 8859-8 (Hebrew), as SMPP submits them: own tables, so that what an octet means does not depend on how Node was built. */

const REPLACEMENT = 0xfffd

function cyrillic(octet: number): number {
  if (octet <= 0xa0 || octet === 0xad) return octet
  if (octet === 0xf0) return 0x2116 // №
  return octet === 0xfd ? 0xa7 : octet + 0x360 // Unicode keeps the order
}

const HEBREW_ODD: Readonly<Record<number, number>> = {
  161: REPLACEMENT,
  170: 0xd7, // ×
  186: 0xf7, // ÷
  223: 0x2017, // ‗
  251: REPLACEMENT,
  252: REPLACEMENT,
  253: 0x200e, // left-to-right mark
  254: 0x200f, // right-to-left mark
  255: REPLACEMENT,
}

function hebrew(octet: number): number {
  const odd = HEBREW_ODD[octet]
  if (odd !== undefined) return odd
  if (octet < 0xbf) return octet
  return octet < 0xdf ? REPLACEMENT : octet + 0x4f0 // א is 0xE0
}

const TABLES = {
  cyrillic: Uint16Array.from({ length: 256 }, (_, octet) => cyrillic(octet)),
  hebrew: Uint16Array.from({ length: 256 }, (_, octet) => hebrew(octet)),
} as const

/** Never throws: octets that mean nothing become U+FFFD. */
export function decodeIso8859(octets: Uint8Array, script: keyof typeof TABLES): string {
  const table = TABLES[script]
  let text = ''
  for (let at = 0; at < octets.length; at++) text += String.fromCharCode(table[octets[at] ?? 0] ?? REPLACEMENT)
  return text
}
