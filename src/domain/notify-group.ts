/** What happened, in the words of whoever watches (SMSC API, ping.php). */
export interface WatchedEvent {
  readonly ok: boolean // it is over
  readonly name: string
  readonly host: string
  readonly info: string
}

/** As long as the text of any message may be (SMSC API, mes). */
const CHARACTERS_MAX = 1_000
const MACRO = /\{(NAME|HOST|INFO)\}/gi

/**
 * A template with the event's words in the places of `{NAME}`, `{HOST}` and `{INFO}`, cut to what a message may have. Braces within
 * those words stay what they are.
 */
export function fillTemplate(template: string, { name, host, info }: WatchedEvent): string {
  const words: Readonly<Record<string, string>> = { NAME: name, HOST: host, INFO: info }
  const filled = template.replace(MACRO, (macro, word: string) => words[word.toUpperCase()] ?? macro)
  return cutTo(filled.trim(), CHARACTERS_MAX)
}

/** To so many characters as people count them: no emoji is cut in two. */
export const cutTo = (text: string, characters: number): string =>
  text.length <= characters ? text : [...text].slice(0, characters).join('')

/** Contacts that mail goes to; all others are numbers. */
export const isMail = (contact: string): boolean => contact.includes('@')
