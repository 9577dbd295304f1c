import type { Handler, HttpCall } from './call.ts'
import { notFound, write } from './pages.ts'

/** Who followed a link: enough to tell people from machines. */
export interface Visitor {
  readonly userAgent: string
  readonly method: 'GET' | 'HEAD'
  readonly ip: string
  /** The Host of the request as links are written: in small letters, without a dot at its end or the port it would have anyway. */
  readonly host: string
}

/** Counts a click on a short link and says where it leads; undefined: no such link. */
export type Follow = (code: string, visitor: Visitor) => Promise<string | undefined>

/** Phones take a full stop or a comma behind a link for a part of it, and with a comma whatever stands behind that. */
const CODE = /^\/([A-Za-z0-9]{1,16})(?:[,;:!?|)\]'"*%].*|\.)?$/
const USER_AGENT_CHARACTERS_MAX = 500
const HOST_CHARACTERS_MAX = 255

/** Short links live at the root, `/<code>`, so that a text has as many characters as possible left. For whatever nobody else is mounted at. */
export function createShortLinks({ follow }: { readonly follow: Follow }): Handler {
  return async (call) => {
    const code = CODE.exec(call.path)?.[1]
    const { method } = call.req
    if (code === undefined || (method !== 'GET' && method !== 'HEAD')) return notFound(call)
    const userAgent = (call.req.headers['user-agent'] ?? '').slice(0, USER_AGENT_CHARACTERS_MAX)
    const host = hostOf(call.req.headers.host ?? '')
    const url = webAddress(await follow(code, { userAgent, method, ip: call.ip, host }))
    return url === undefined ? unknownLink(call) : redirect(call, url)
  }
}

const hostOf = (written: string): string =>
  written
    .slice(0, HOST_CHARACTERS_MAX)
    .toLowerCase()
    .replace(/\.?(?::(?:80|443)?)?$|\.(?=:\d+$)/, '')

/** Not to be cached: a click that never reaches us is not counted. */
const redirect = ({ res }: HttpCall, url: string): void =>
  write(res, 302, 'text/plain; charset=utf-8', '', {
    Location: url,
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
  })

const unknownLink = ({ res }: HttpCall): void =>
  write(
    res,
    404,
    'text/plain; charset=utf-8',
    'Такой ссылки нет или она больше не действует.\nThis link does not exist or is no longer valid.\n',
  )

/** As a header may carry it: ASCII, nothing but http and https. A link is redirected to, never run. */
function webAddress(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined
  const { protocol, href } = new URL(url)
  return protocol === 'http:' || protocol === 'https:' ? href : undefined
}
