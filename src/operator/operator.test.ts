import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { openTestStore } from '../../test/support/database.ts'
import { openOperator } from '../../test/support/operator.ts'
import { CHANNELS } from '../domain/channel.ts'
import { Refusal } from '../domain/refusal.ts'
import { catalogueVersion } from '../store/catalogue.ts'
import { ensureAdminToken } from './admin-token.ts'
import { seedSandbox } from './seed-sandbox.ts'

const refused = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => assert.fail('it was not refused'),
    (error) => (error instanceof Refusal ? `${error.code}: ${error.detail.reason}` : Promise.reject(error)),
  )

describe('the operator', () => {
  let opened: Awaited<ReturnType<typeof openTestStore>>
  let operator: ReturnType<typeof openOperator>
  beforeEach(async () => {
    opened = await openTestStore()
    operator = openOperator(opened.store.session)
  })
  afterEach(() => opened.close())

  /** The work raises the catalogue's version, and its own node is told. */
  async function raises(work: () => Promise<unknown>, by = 1): Promise<void> {
    const [version, told] = [await catalogueVersion(opened.store.session), operator.counted.changes]
    await work()
    assert.equal(await catalogueVersion(opened.store.session), version + by)
    assert.equal(operator.counted.changes, told + by)
  }

  const smpp = { host: 'smpp.example.org', port: '2776', systemId: 'shop', password: 'hush', window: '50', tls: 'true' }

  test('a carrier is added, changed, switched off and removed', async () => {
    const { carriers } = operator
    await raises(() => carriers.add('smpp', 'mts', { settings: smpp, unknown: 'hold' }))
    const added = carriers.present(await carriers.find('mts'))
    assert.deepEqual(added.settings, { ...smpp, port: 2776, window: 50, tls: true, password: '***' })
    assert.deepEqual([added.enabled, added.unknown, added.link], [true, 'hold', 'down'])
    assert.equal((await carriers.find('mts')).settings.password, 'hush')

    await raises(() => carriers.set('mts', { settings: { window: 100, tls: null, password: '***' }, queryAfterMinutes: 10 }))
    const changed = await carriers.find('mts')
    assert.deepEqual(changed.settings, { host: smpp.host, port: 2776, systemId: 'shop', password: 'hush', window: 100 })
    assert.deepEqual([changed.unknown, changed.queryAfterMinutes], ['hold', 10])

    assert.match(await refused(carriers.remove('mts')), /Switch mts off first/)
    await raises(() => carriers.set('mts', { enabled: false }))
    await opened.store.pool.query('insert into due_queue values ($1, 1, 1, 0, 5, 3)', [changed.id])
    assert.match(await refused(carriers.remove('mts')), /Messages still wait for mts/)
    await opened.store.pool.query('delete from due_queue')
    await raises(() => carriers.remove('mts'))
    assert.deepEqual(await carriers.list(), [])
  })

  test('a setting that its kind does not know, or does not like, is named', async () => {
    const { carriers } = operator
    const add = (change: Record<string, unknown>, name = 'c', kind = 'smpp') =>
      carriers.add(kind, name, { settings: { ...smpp, ...change } })
    await add({}, 'taken')
    const cases: [attempt: () => Promise<unknown>, refusal: RegExp][] = [
      [() => add({}, 'taken'), /^duplicate: There is a carrier 'taken'/],
      [() => add({}, 'no spaces'), /^bad_request: The name of a carrier/],
      [() => add({}, 'c', 'pigeon'), /There is no kind of carrier 'pigeon'. There are: smpp, simulator/],
      [() => add({ windows: '5' }), /A carrier of kind smpp has no setting 'windows'. It has: host, port,/],
      [() => add({ window: '0' }), /^bad_request: window: /],
      [() => add({ host: null }), /^bad_request: host: /],
      [() => carriers.set('taken', { unknown: 'maybe' }), /unknown must be one of auto, hold, resend/],
      [() => carriers.set('taken', { receiptLimitMinutes: 0 }), /receipt_limit_minutes must be a whole number/],
      [() => carriers.find('nobody'), /^not_found/],
      [
        () => carriers.add('simulator', 's', { settings: { rules: '[{"title":"x","outcome":"never heard of"}]' } }),
        /^bad_request: rules/,
      ],
    ]
    for (const [attempt, refusal] of cases) assert.match(await refused(attempt()), refusal)
    await carriers.add('simulator', 's', { settings: { rules: '[{"title":"x","outcome":"expired"}]' } })
  })

  test('each kind tells its settings', () => {
    const kinds = operator.carriers.kinds()
    assert.deepEqual(
      kinds.map(({ name }) => name),
      ['smpp', 'simulator'],
    )
    const password = kinds[0]?.settings.find(({ name }) => name === 'password')
    assert.equal(password?.secret, true)
    const host = kinds[0]?.settings.find(({ name }) => name === 'host')
    assert.deepEqual([host?.required, host?.meaning !== ''], [true, true])
  })

  test('routes name a carrier, a channel it carries, and where', async () => {
    const { carriers, routes } = operator
    await carriers.add('smpp', 'mts', { settings: smpp })
    await raises(() => routes.add({ carrier: 'mts', prefix: '+7910, 7911,7911', priority: 200 }))
    await raises(() => routes.add({ carrier: 'mts', mccmnc: '25001' }))
    await raises(() => routes.add({ carrier: 'mts', channel: 'flash' }))
    const list = (await routes.list()).map(({ channel, priority, prefix, mccmnc }) => [channel, priority, prefix, mccmnc])
    assert.deepEqual(list, [
      ['flash', 100, '', ''],
      ['sms', 200, '7910', ''],
      ['sms', 200, '7911', ''],
      ['sms', 100, '', '25001'],
    ])
    const cases: [attempt: () => Promise<unknown>, refusal: RegExp][] = [
      [() => routes.add({ carrier: 'mts', mccmnc: '25001' }), /^duplicate/],
      [() => routes.add({ carrier: 'nobody' }), /^not_found/],
      [() => routes.add({ carrier: 'mts', channel: 'telepathy' }), /There is no channel 'telepathy'/],
      [() => routes.add({ carrier: 'mts', channel: 'mail' }), /mts carries .*, not mail/],
      [() => routes.add({ carrier: 'mts', prefix: '79x' }), /'79x' is no prefix/],
      [() => routes.add({ carrier: 'mts', mccmnc: '25' }), /'25' is no mccmnc/],
      [() => routes.add({ carrier: 'mts', prefix: '7', mccmnc: '250' }), /not both/],
      [() => routes.add({ carrier: 'mts', priority: -1 }), /priority/],
      [() => routes.remove(999), /^not_found/],
      [() => routes.remove(Number.NaN), /^not_found/],
    ]
    for (const [attempt, refusal] of cases) assert.match(await refused(attempt()), refusal)
    const [first] = await routes.list()
    await raises(() => routes.remove(first?.id ?? 0))
    assert.equal((await routes.list()).length, 3)
  })

  test('prices are set where they are said to hold, and taken out again', async () => {
    const { tariffs } = operator
    await raises(() => tariffs.set({ default: true, price: '3.5' }))
    await raises(() => tariffs.set({ prefix: '7910,7911', price: '2.0001' }))
    await raises(() => tariffs.set({ prefix: '7910', price: '1' }))
    await raises(() => tariffs.set({ tariff: 'Розница', currency: 'KZT', mccmnc: '401', channel: 'hlr', price: '0' }))
    const shown = (await tariffs.list()).map(({ name, currency, prices }) => [
      name,
      currency,
      prices.map(({ channel, prefix, mccmnc, price }) => [channel, prefix || mccmnc, price]),
    ])
    assert.deepEqual(shown, [
      [
        'default',
        'RUR',
        [
          ['sms', '', 3_500_000n],
          ['sms', '7910', 1_000_000n],
          ['sms', '7911', 2_000_100n],
        ],
      ],
      ['Розница', 'KZT', [['hlr', '401', 0n]]],
    ])
    const cases: [attempt: () => Promise<unknown>, refusal: RegExp][] = [
      [() => tariffs.set({ price: '1' }), /Say where the price holds/],
      [() => tariffs.set({ price: '1', default: true, prefix: '7' }), /Say where the price holds/],
      [() => tariffs.set({ default: true, price: '-1' }), /'-1' is no price/],
      [() => tariffs.set({ default: true, price: '0.00001' }), /is no price/],
      [() => tariffs.set({ default: true, price: '1e3' }), /is no price/],
      [() => tariffs.set({ default: true, price: '1', tariff: 'Розница', currency: 'EUR' }), /is in KZT/],
      [() => tariffs.set({ default: true, price: '1', tariff: '' }), /The name of a tariff/],
      [() => tariffs.remove({ prefix: '7999' }), /^not_found: default has no price of sms for 7999/],
      [() => tariffs.remove({ prefix: '7910,7999' }), /^not_found: default has no price of sms for 7999/],
      [() => tariffs.remove({ default: true, tariff: 'gold' }), /^not_found/],
    ]
    for (const [attempt, refusal] of cases) assert.match(await refused(attempt()), refusal)
    await raises(() => tariffs.remove({ prefix: '7910,7911' }))
    assert.equal((await tariffs.list('default'))[0]?.prices.length, 1)
  })

  test('the sandbox is furnished once, and what was changed since stays', async () => {
    const { kinds, addAccount, carriers, routes, tariffs, accounts, access, topUp, signIn } = operator
    const seed = () => seedSandbox({ kinds, addAccount, carriers, routes, tariffs, session: opened.store.session })
    await seed()
    const demo = await signIn({ login: 'demo', psw: 'demo', apikey: undefined, ip: '127.0.0.1' })
    assert.equal(demo.settings['fl[2]'], 1)
    assert.equal((await accounts.show('demo')).balance, 1_000_000_000n)
    const [tariff] = await tariffs.list()
    assert.deepEqual(tariff?.prices.map(({ channel }) => channel).sort(), Object.keys(CHANNELS).sort())
    for (const channel of ['sms', 'flash', 'bin', 'push']) {
      assert.equal(tariff?.prices.find((price) => price.channel === channel)?.price, 1_000_000n)
    }
    const seeded = await routes.list()
    assert.deepEqual(seeded.map(({ channel }) => channel).sort(), Object.keys(CHANNELS).sort())
    assert.ok(seeded.every(({ priority, carrier }) => priority === 0 && carrier === 'simulator'))

    await topUp('demo', '-1')
    await access.setPassword('demo', 'changed')
    await tariffs.set({ default: true, price: '9' })
    const version = await catalogueVersion(opened.store.session)
    await seed()
    assert.equal(await catalogueVersion(opened.store.session), version, 'nothing was missing')
    assert.equal((await accounts.show('demo')).balance, 999_000_000n)
    assert.deepEqual((await routes.list()).length, seeded.length)
    assert.equal((await operator.audit()).ok, true)
  })

  test('two programs that furnish the sandbox at once furnish it once', async () => {
    const { kinds, addAccount, carriers, routes, tariffs } = operator
    await Promise.all(
      [1, 2].map(() => seedSandbox({ kinds, addAccount, carriers, routes, tariffs, session: opened.store.session })),
    )
    assert.equal((await carriers.list()).length, 1)
    assert.equal((await operator.accounts.list()).length, 1)
  })

  test('nodes are listed with the carriers they own', async () => {
    const { carriers, nodes } = operator
    const { id } = await carriers.add('simulator', 'sim', {})
    await opened.store.pool.query(
      `insert into nodes (node, instance, until, ids_until) values (0, 'a', now() + '1 min', 0), (3, 'b', now() - interval '1 min', 0)`,
    )
    await opened.store.pool.query(
      `insert into carrier_leases (carrier_id, node, until, link) values ($1, 0, now() + interval '1 min', 'up')`,
      [id],
    )
    assert.deepEqual(
      (await nodes()).map(({ node, alive, carriers: owned }) => [node, alive, owned]),
      [
        [0, true, ['sim']],
        [3, false, []],
      ],
    )
    assert.deepEqual([(await carriers.find('sim')).link, (await carriers.find('sim')).node], ['up', 0])
  })
})

describe('the admin token', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heliogram-token-'))
  })
  after(() => rm(folder, { recursive: true }))

  test('is made once, for its owner’s eyes', async () => {
    const dataDir = join(folder, 'data')
    const [one, other] = await Promise.all([ensureAdminToken(dataDir), ensureAdminToken(dataDir)])
    assert.equal(one, other)
    const token = await ensureAdminToken(dataDir)
    assert.match(token, /^[\w-]{43}$/)
    assert.equal((await stat(join(dataDir, 'admin-token'))).mode & 0o777, 0o600)
    assert.equal(await readFile(join(dataDir, 'admin-token'), 'utf8'), `${token}\n`)
    assert.equal(await ensureAdminToken(dataDir), token)
    assert.deepEqual(await readdir(dataDir), ['admin-token'], 'nothing else is left in the folder')
  })

  test('that is empty stops the start in a sentence', async () => {
    await writeFile(join(folder, 'admin-token'), '\n')
    await assert.rejects(ensureAdminToken(folder), /remove the file, and the next start writes a new one/)
  })
})
