import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, startApi } from '../../../test/support/http-api.ts'
import { parseIpRange } from '../../domain/ip.ts'
import { adminRoute, healthRoute, metricsRoute, robotsRoute } from './pages.ts'

const LOOPBACK = [parseIpRange('127.0.0.0/8')].flatMap((range) => range ?? [])
let problems: string[] = []
let api: Api
before(async () => {
  api = await startApi({
    server: {
      operatorsFrom: LOOPBACK,
      routes: [
        healthRoute(() => ({ ready: problems.length === 0, problems })),
        metricsRoute(async () => ({ type: 'text/plain; version=0.0.4', body: 'up 1\n' })),
        adminRoute((req, res) => void res.end(`admin ${req.method} ${req.url}`)),
        robotsRoute,
      ],
    },
  })
})
after(() => api.stop())

test('/healthz is 200 when ready, and 503 with the reasons when not', async () => {
  problems = []
  const well = await api.ask('/healthz')
  assert.deepEqual([well.status, JSON.parse(well.body)], [200, { status: 'ok', problems: [] }])
  problems = ['disk is full']
  const ill = await api.ask('/healthz')
  assert.deepEqual([ill.status, JSON.parse(ill.body)], [503, { status: 'not ready', problems: ['disk is full'] }])
})

test('/metrics is what the registry renders', async () => {
  const { status, type, body } = await api.ask('/metrics')
  assert.deepEqual([status, type, body], [200, 'text/plain; version=0.0.4', 'up 1\n'])
})

test('everything below /admin/ goes to the admin function, whatever the method', async () => {
  assert.equal((await api.ask('/admin/accounts?limit=1')).body, 'admin GET /admin/accounts?limit=1')
  assert.equal((await api.ask('/admin/x', { method: 'DELETE' })).body, 'admin DELETE /admin/x')
})

test('robots are asked to stay out, but for those that show previews of short links', async () => {
  const [previews = '', others] = (await api.ask('/robots.txt')).body.split('\n\n')
  assert.equal(others, 'User-agent: *\nDisallow: /\n')
  for (const agent of ['facebookexternalhit', 'TelegramBot', 'WhatsApp', 'Twitterbot', 'vkShare'])
    assert.ok(previews.includes(`User-agent: ${agent}\n`), agent)
  assert.match(previews, /^(?:User-agent: [\w-]+\n)+Disallow: \/sys\/\nDisallow: \/rest\/\nDisallow: \/admin\/$/)
})
