/** What happened, in the words of whoever watches (SMSC API, ping.php). */
export interface WatchedEvent {
  readonly ok: boolean // it is over
  readonly name: string
  readonly host: string
  readonly info: string
}

const MACRO = /\{(NAME|HOST|INFO)\}/gi

/** A template with the event's words in the places of `{NAME}`, `{HOST}` and `{INFO}`. Braces within those words stay what they are. */
export function fillTemplate(template: string, { name, host, info }: WatchedEvent): string {
  const words: Readonly<Record<string, string>> = { NAME: name, HOST: host, INFO: info }
  return template.replace(MACRO, (macro, word: string) => words[word.toUpperCase()] ?? macro).trim()
}

/** Contacts that mail goes to; all others are numbers. */
export const isMail = (contact: string): boolean => contact.includes('@')
