/** A login has at most 64 characters; a keyword as many. */
const WORD_MAX = 64

/**
 * The word at the beginning of a message to a number of several accounts that may say whose it is: what stands before the first colon or
 * space, in small letters. The text itself is kept as it came.
 */
export function firstWord(text: string): string | undefined {
  const [word = ''] = /^\s*([^\s:]+)/.exec(text.slice(0, 200))?.slice(1) ?? []
  return word === '' || word.length > WORD_MAX ? undefined : word.toLowerCase()
}

/** A keyword as it is stored; undefined: no text could begin with it. */
export function asKeyword(written: string): string | undefined {
  const word = firstWord(written)
  return word !== undefined && word === written.trim().toLowerCase() && !/[\0\p{Surrogate}]/u.test(word) ? word : undefined
}
