import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig, SETTINGS } from './config.ts'

const read = (env: Record<string, string>, options = {}) => {
  const result = readConfig(env, options)
  if ('problems' in result) assert.fail(result.problems.join('\n'))
  return result.config
}
const problems = (env: Record<string, string>, options = {}) => {
  const result = readConfig(env, options)
  return 'problems' in result ? result.problems : []
}

test('without a word everything listens on loopback and the database is the embedded one', () => {
  const config = read({})
  assert.equal(config.host, '127.0.0.1')
  assert.deepEqual(
    [config.httpPort, config.httpsPort, config.smppPort, config.smppTlsPort, config.smtpPort],
    [8080, 8443, 3700, 3443, 2525],
  )
  assert.equal(config.databaseUrl, '')
  assert.equal(config.dataDir, './data')
  assert.deepEqual(
    config.adminAllow.map((range) => range.text),
    ['127.0.0.0/8', '::1'],
  )
  assert.deepEqual(config.trustedProxies, [])
  assert.equal(config.retentionMonths, 13)
})

test('a variable that is set to nothing is not set', () => {
  assert.equal(read({ HELIOGRAM_HTTP_PORT: '', HELIOGRAM_HOST: ' ' }).httpPort, 8080)
})

// variable, value, is refused
const values: [env: string, value: string, refused: boolean][] = [
  ['HELIOGRAM_HTTP_PORT', '0', false],
  ['HELIOGRAM_HTTP_PORT', '65535', false],
  ['HELIOGRAM_HTTP_PORT', '65536', true],
  ['HELIOGRAM_HTTP_PORT', '-1', true],
  ['HELIOGRAM_HTTP_PORT', '80a', true],
  ['HELIOGRAM_HTTP_PORT', '1e3', true],
  ['HELIOGRAM_HOST', '0.0.0.0', false],
  ['HELIOGRAM_HOST', '::', false],
  ['HELIOGRAM_HOST', 'example.org', true],
  ['DATABASE_URL', 'postgres://u:p@h/db', false],
  ['DATABASE_URL', 'postgresql:///db?host=/tmp', false],
  ['DATABASE_URL', 'mysql://h/db', true],
  ['HELIOGRAM_TRUSTED_PROXIES', '10.0.0.0/8, ::1,', false],
  ['HELIOGRAM_TRUSTED_PROXIES', '10.0.0.0/8,proxy', true],
  ['HELIOGRAM_SANDBOX_PUBLIC', 'yes', true],
  ['HELIOGRAM_PUBLIC_URL', 'https://sms.example.org/', false],
  ['HELIOGRAM_PUBLIC_URL', 'sms.example.org', true],
  ['HELIOGRAM_PUBLIC_URL', 'javascript:alert(1)', true],
  ['HELIOGRAM_NUMBER_PROFILE', 'belarus', false],
  ['HELIOGRAM_NUMBER_PROFILE', 'mars', true],
  ['HELIOGRAM_LOG_LEVEL', 'debug', false],
  ['HELIOGRAM_RETENTION_MONTHS', '0', true],
  ['HELIOGRAM_DRAIN_SECONDS', '0', false],
]

for (const [env, value, refused] of values) {
  test(`${env}=${value} is ${refused ? 'refused by name' : 'read'}`, () => {
    const found = problems({ [env]: value })
    assert.equal(found.length, refused ? 1 : 0, found.join('\n'))
    if (refused) assert.ok(found[0]?.startsWith(`${env} must be `), found[0])
  })
}

test('every bad variable is named at once', () => {
  assert.equal(problems({ HELIOGRAM_HTTP_PORT: 'x', HELIOGRAM_SMPP_PORT: 'y' }).length, 2)
})

test('a database password is not repeated in a complaint', () => {
  assert.ok(!problems({ DATABASE_URL: 'mysql://u:secret@h/db' }).join().includes('secret'))
})

test('a certificate without its key is refused', () => {
  assert.equal(problems({ HELIOGRAM_TLS_CERT: 'c.pem' }).length, 1)
  assert.equal(problems({ HELIOGRAM_TLS_CERT: 'c.pem', HELIOGRAM_TLS_KEY: 'k.pem' }).length, 0)
})

test('the sandbox stays on loopback unless it is told that others may come', () => {
  const open = { HELIOGRAM_HOST: '0.0.0.0' }
  assert.match(problems(open, { sandbox: true }).join(), /HELIOGRAM_SANDBOX_PUBLIC=1/)
  assert.deepEqual(problems({ ...open, HELIOGRAM_SANDBOX_PUBLIC: '1' }, { sandbox: true }), [])
  assert.deepEqual(problems(open), [])
  assert.deepEqual(problems({ HELIOGRAM_HOST: '::1' }, { sandbox: true }), [])
})

test('every default is a value of its own setting', () => {
  for (const entry of Object.values(SETTINGS)) assert.notEqual(entry.read(entry.default), undefined, entry.env)
})
