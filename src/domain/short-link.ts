import type { Account } from './account.ts'

/** Short links: finding links in a text, naming them, and telling a person's click from a machine's. */

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const BASE = ALPHABET.length
const CODE = /^[0-9A-Za-z]{1,9}$/
const LINK_LENGTH_MAX = 2048

/** A scheme begins a link wherever a sentence forgot its space. A comma, semicolon or bar right before the next link parts the two. */
const LINK = /(?:(?<![a-z+])https?:\/\/|(?<![\p{L}\p{N}@.])www\.)(?:(?![,;|](?:https?:\/\/|www\.))[^\s<>"«»“”])+/giu
/** What a sentence puts behind a link; a closing bracket belongs to the link when it opened there. */
const SENTENCE_END = new Set(['.', ',', ';', ':', '!', '?', "'", '’', '…', ')', ']', '}', '*'])
const OPENING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }

/**
 * Replaces every http, https and `www.` link of a text by what `shorten` says; it is given the link with its scheme. Full stops,
 * commas and brackets around a link stay where they are, and so does what no browser could follow.
 */
export const replaceLinks = (text: string, shorten: (url: string) => string): string =>
  text.includes('://') || /www\./i.test(text)
    ? text.replace(LINK, (found) => {
        if (found.length > LINK_LENGTH_MAX) return found
        const link = withoutSentenceEnd(found)
        const url = IS_LINK.test(link) ? asStored(link) : undefined
        return url === undefined ? found : shorten(url) + found.slice(link.length)
      })
    : text

const IS_LINK = /^(?:https?:\/\/[^\s/?#]|www\.[^\s/?#.])/i

function withoutSentenceEnd(found: string): string {
  let end = found.length
  for (; end > 0; end--) {
    const last = found[end - 1] ?? ''
    if (!SENTENCE_END.has(last)) break
    const opening = OPENING[last]
    if (opening && found.lastIndexOf(opening, end - 1) > found.lastIndexOf(last, end - 2)) break
  }
  return found.slice(0, end)
}

/**
 * A short code for a number, a whole one from 0 to 2^53 - 1. Neighbouring numbers have neighbouring codes: who wants codes
 * that can't be guessed gives numbers that can't be.
 */
export function codeOf(value: number): string {
  let code = ''
  let rest = value
  do {
    code = ALPHABET.charAt(rest % BASE) + code
    rest = Math.floor(rest / BASE)
  } while (rest > 0)
  return code
}

/** The number of a code; undefined when `codeOf` would never have made it. */
export function numberOf(code: string): number | undefined {
  if (!CODE.test(code)) return undefined
  let value = 0
  for (const char of code) value = value * BASE + ALPHABET.indexOf(char)
  return Number.isSafeInteger(value) && codeOf(value) === code ? value : undefined
}

/** Programs that fetch links: crawlers, the previews of messengers and mailers, scanners, libraries and tools. */
const MACHINE = new RegExp(
  [
    'bot\\b|bot[/;_-]|crawl|spider|scrapy|slurp|preview|fetch|scan|monitor|uptime|validator|headless|phantomjs|lighthouse|prerender',
    'facebookexternalhit|facebookcatalog|meta-external|vkshare|pinterest/|whatsapp/|^viber|skypeuripreview|embedly|quora link|outbrain',
    'bingpreview|google-safety|google-read-aloud|googleother|feedfetcher|yandex\\w*/|mail\\.ru_|odklbot|ms office|microsoft office|safelinks',
    '^curl|^wget|^httpie|python|^java/|okhttp|apache-httpclient|go-http-client|node-fetch|^axios|undici|^php|libwww|^ruby|guzzle|^dart|postman',
    '^dalvik|cfnetwork|^node\\b|^got\\b|restsharp|faraday|apachebench|jmeter|insomnia',
  ].join('|'),
  'i',
)
/** Browsers whose name holds one of the words above. */
const BROWSER = /yabrowser|yandexsearch(?:browser)?\/|cubot/gi

/**
 * Whether a request for a short link was made by a program, so that it is no click: it is not a GET, has no user agent, or one of
 * a program. Previews that pretend to be an ordinary browser are not recognised here.
 */
export function isMachine(userAgent: string | undefined, method: string): boolean {
  if (method !== 'GET' || !userAgent || userAgent.trim() === '') return true
  return MACHINE.test(userAgent.replace(BROWSER, ''))
}

/**
 * A link as a customer asks for it to be shortened; without a scheme it is http. Undefined: nobody should be led there. That is what is
 * too long, has spaces, is no web address, shows one host and names another behind an @, or has a host without a dot.
 */
export function readLink(written: string): string | undefined {
  const link = written.trim()
  if (link.length > LINK_LENGTH_MAX || /[\s\p{Cc}\p{Surrogate}\\]/u.test(link)) return undefined
  const url = HAS_SCHEME.test(link) ? link : /^(?:[a-z][a-z\d+.-]*:(?!\d)|\/)/i.test(link) ? '' : `http://${link}`
  if (!URL.canParse(url)) return undefined
  const { hostname, username, password } = new URL(url)
  return username === '' && password === '' && /[^.]\.[^.]|:/.test(hostname) ? asStored(url) : undefined
}

/**
 * A link as it is kept and looked for: with a scheme, and its host as browsers write it, for hosts have no capitals. Undefined: no browser
 * could follow it.
 */
export function asStored(link: string): string | undefined {
  const url = HAS_SCHEME.test(link) ? link : `http://${link}`
  const [, user = '', rest] = AUTHORITY.exec(url) ?? []
  if (rest === undefined || !URL.canParse(url)) return undefined
  const { protocol, host } = new URL(url)
  return `${protocol}//${user}${host}${rest}`
}

const HAS_SCHEME = /^https?:\/\//i
const AUTHORITY = /^https?:\/\/([^/?#\\]*@)?[^/?#@\\]+(.*)$/is

/** What the short links of an account begin with: its own `link_host`, else the centre's address. */
export function linkBase({ settings }: Pick<Account, 'settings'>, publicUrl: string): string {
  const own = settings.link_host
  return typeof own === 'string' ? own : publicUrl
}
