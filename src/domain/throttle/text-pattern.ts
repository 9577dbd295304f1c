export type TextPattern = (text: string) => boolean

/** Of a vendor's text so much is looked at. */
export const TEXT_MAX = 200

/**
 * Compiles words that a text must hold, in any case, in this order where a `*` stands between them. No regular expressions:
 * whatever a carrier writes, looking takes one walk along it.
 */
export function textPattern(pattern: string): TextPattern {
  const pieces = pattern
    .toLowerCase()
    .split('*')
    .filter((piece) => piece !== '')
  if (pieces.length === 0) return () => true
  return (text) => {
    const lower = text.toLowerCase()
    let at = 0
    for (const piece of pieces) {
      const found = lower.indexOf(piece, at)
      if (found < 0) return false
      at = found + piece.length
    }
    return true
  }
}

/** `001`, `1` and `01` are one err, and so are `21B` and `021b`: carriers pad them as they like. */
export const foldErr = (err: string): string => {
  const trimmed = err.trim().toLowerCase()
  return trimmed.replace(/^0+(?=.)/, '')
}
