import type { AccountSettings } from './account.ts'

/** Words by which a subscriber asks for no more messages, and for messages again; in small letters. */
const STOP: readonly string[] = [
  ...['stop', 'stopall', 'stop all', 'unsubscribe', 'cancel', 'end', 'quit', 'optout', 'opt out', 'opt-out', 'revoke'],
  ...['стоп', 'отписка', 'отписаться', 'отписать', 'отпишите', 'отпишите меня'],
]
const START: readonly string[] = ['start', 'unstop', 'subscribe', 'старт', 'подписка', 'подписаться']

/** Of an account's own words. */
const WORDS_MAX = 50
const WORD_MAX = 30

/** A text is compared as a whole: what stands around it, spaces and punctuation, does not count, nor do capital letters, nor ё. */
export const bareText = (text: string): string =>
  text
    .slice(0, 200)
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
    .replace(/\s+/g, ' ')

/**
 * What a subscriber's text asks for by an account's rules: `opt_out` switches them off (on by default), `opt_out_words` are words of its
 * own, those with a minus are none.
 */
export function asksFor(text: string, settings: AccountSettings): 'stop' | 'start' | undefined {
  const { opt_out: on = 1, opt_out_words: own = '' } = settings
  if (on === 0 || on === false || on === '0') return undefined
  const word = bareText(text)
  if (word === '' || word.length > WORD_MAX) return undefined
  const { more, less } = readOptOutWords(String(own))
  if (more.has(word)) return 'stop'
  if (less.has(word)) return undefined
  return STOP.includes(word) ? 'stop' : START.includes(word) ? 'start' : undefined
}

/** Words with commas between; one with a minus in front is none. Too many and too long ones are left out. */
function readOptOutWords(written: string): { more: ReadonlySet<string>; less: ReadonlySet<string> } {
  const words = written.split(',').slice(0, WORDS_MAX)
  const bare = (chosen: readonly string[]) =>
    new Set(chosen.map(bareText).filter((word) => word !== '' && word.length <= WORD_MAX))
  const isLess = (word: string): boolean => /^\s*-/.test(word)
  return { more: bare(words.filter((word) => !isLess(word))), less: bare(words.filter(isLess)) }
}
