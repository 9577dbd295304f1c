/** A login has at most 64 characters; a keyword as many. */
const WORD_MAX = 64

/**
 * The word at the beginning of a message to a number of several accounts that may say whose it is: what stands before a colon, a space or
 * other punctuation that no login has, in small letters. The text itself is kept as it came.
 */
export function firstWord(text: string): string | undefined {
  const [word = ''] = /^\s*([\p{L}\p{N}._@+-]+)/u.exec(text.slice(0, 200))?.slice(1) ?? []
  const bare = word.replace(/[.-]+$/, '')
  return bare === '' || bare.length > WORD_MAX ? undefined : bare.toLowerCase()
}

/** A keyword as it is stored; undefined: no text could begin with it. */
export function asKeyword(written: string): string | undefined {
  const word = firstWord(written)
  return word !== undefined && word === written.trim().toLowerCase() && !/[\0\p{Surrogate}]/u.test(word) ? word : undefined
}
