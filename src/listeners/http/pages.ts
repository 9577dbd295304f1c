import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpCall, Route } from './call.ts'

/** What /healthz says: ready, or in words what is not. */
export interface Health {
  readonly ready: boolean
  readonly problems: readonly string[]
}

/** GET /healthz: 200 when ready, else 503; the problems in JSON either way. */
export const healthRoute = (check: () => Health | Promise<Health>): Route => ({
  path: '/healthz',
  handle: async ({ res }) => {
    const { ready, problems } = await check()
    write(res, ready ? 200 : 503, 'application/json', `${JSON.stringify({ status: ready ? 'ok' : 'not ready', problems })}\n`)
  },
})

/** GET /metrics, in the format of Prometheus, for operators' addresses only. */
export const metricsRoute = (render: () => Promise<{ readonly type: string; readonly body: string }>): Route => ({
  path: '/metrics',
  operatorsOnly: true,
  handle: async ({ res }) => {
    const { type, body } = await render()
    write(res, 200, type, body)
  },
})

/** Everything below /admin/, for operators' addresses only. The function does its own reading and answering. */
export const adminRoute = (answer: (req: IncomingMessage, res: ServerResponse) => void | Promise<void>): Route => ({
  path: '/admin/*',
  operatorsOnly: true,
  handle: ({ req, res }) => answer(req, res),
})

/** Those that show what a short link leads to; of them some ask first whether they may. */
const PREVIEWERS = [
  ...['facebookexternalhit', 'Facebot', 'meta-externalfetcher', 'WhatsApp', 'Twitterbot', 'TelegramBot', 'vkShare', 'OdklBot'],
  ...[
    'Viber',
    'SkypeUriPreview',
    'Slackbot-LinkExpanding',
    'Slack-ImgProxy',
    'LinkedInBot',
    'Discordbot',
    'redditbot',
    'Pinterestbot',
  ],
]

const ROBOTS = [
  ...PREVIEWERS.map((agent) => `User-agent: ${agent}\n`),
  'Disallow: /sys/\nDisallow: /rest/\nDisallow: /admin/\n\n',
  'User-agent: *\nDisallow: /\n',
].join('')

/** Search engines are to stay out; previews in messengers work as for any page. */
export const robotsRoute: Route = {
  path: '/robots.txt',
  handle: ({ res }) => write(res, 200, 'text/plain; charset=utf-8', ROBOTS),
}

export function notFound({ res }: HttpCall): void {
  write(
    res,
    404,
    'text/plain; charset=utf-8',
    'Nothing is here. The SMSC API is at /sys/send.php, /sys/status.php, /sys/balance.php, or /rest/send/ with JSON.\n' +
      'Здесь ничего нет. SMSC API: /sys/send.php, /sys/status.php, /sys/balance.php или /rest/send/ с JSON.\n',
  )
}

export const forbidden = ({ res }: HttpCall): void =>
  write(res, 403, 'text/plain; charset=utf-8', 'Only for addresses of HELIOGRAM_ADMIN_ALLOW.\n')

/** A whole answer with an HTTP status of its own: everything but the SMSC API. HEAD gets its headers only. */
export function write(
  res: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): void {
  if (res.headersSent) return void res.destroy()
  const bytes = Buffer.from(body)
  res.writeHead(status, { 'Content-Type': type, 'Content-Length': bytes.length, 'X-Content-Type-Options': 'nosniff', ...headers })
  res.end(bytes)
}
