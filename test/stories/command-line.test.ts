import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { run as runLine } from '../../src/cli/run.ts'
import { LIMITS } from '../../src/domain/account.ts'
import { exportAll } from '../../src/store/export.ts'
import { allEndpoints, serveAdmin, TOKEN } from '../support/admin.ts'
import { createDatabase, openTestStore } from '../support/database.ts'
import { openOperator } from '../support/operator.ts'
import { builtProgram } from '../support/program-under-test.ts'

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

const wordsOf = (line: string | readonly string[]): readonly string[] =>
  typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line

/** Runs a line in this process: half a second less for each. */
async function heliogram(line: string | readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const code = await runLine(wordsOf(line), { env, out: (text) => void out.push(text), err: (text) => void err.push(text) })
  return { code, out: out.join(''), err: err.join('') }
}

/** Runs `heliogram …` as it is run by people. */
function heliogramProcess(line: string, env: Readonly<Record<string, string>>): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...builtProgram(), ...wordsOf(line)],
      { env: { PATH: process.env.PATH ?? '', ...env } },
      (error, out, err) => resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    )
  })
}

describe('the command line', () => {
  let opened: Awaited<ReturnType<typeof openTestStore>>
  let admin: Awaited<ReturnType<typeof serveAdmin>>
  let operator: ReturnType<typeof openOperator>
  let folder: string
  const written: unknown[] = []

  before(async () => {
    opened = await openTestStore()
    operator = openOperator(opened.store.session, (to) => exportAll(opened.store.pool, to))
    const sandbox = { incoming: async (message: unknown) => void written.push(message), call: async () => true }
    admin = await serveAdmin(allEndpoints(operator, sandbox), operator.ipBlock)
    folder = await mkdtemp(join(tmpdir(), 'heliogram-cli-'))
    await writeFile(join(folder, 'admin-token'), `${TOKEN}\n`)
  })
  after(async () => {
    await admin.close()
    await opened.close()
    await rm(folder, { recursive: true })
  })

  const run = (line: string | readonly string[]): Promise<Ran> =>
    heliogram(line, { HELIOGRAM_URL: admin.url, HELIOGRAM_DATA: folder })

  async function json(line: string): Promise<unknown> {
    const { code, out, err } = await run(`${line} --json`)
    assert.equal(code, 0, err)
    return JSON.parse(out)
  }

  test('an operator opens an account, funds it, limits it and gives it a key', async () => {
    const added = await run('account add --login alex --password 123 --balance 500')
    assert.equal(added.code, 0, added.err)
    assert.match(added.out, /^login {2,}alex$/m)
    assert.match(added.out, /^balance {2,}500\.00 RUR$/m)
    assert.equal((await run('account topup alex 99.5')).out, 'Posted 99.50 RUR to alex. Its balance is 599.50 RUR.\n')
    assert.equal((await run('account topup alex -600')).out, 'Posted -600.00 RUR to alex. Its balance is -0.50 RUR.\n')

    const limits = await run('account limits alex --identical 0 --concurrent 50')
    assert.match(limits.out, /^identical +none +yes/m)
    assert.match(limits.out, /^concurrent +50 +yes/m)
    assert.match((await run('account limits alex --identical default')).out, /^identical +1 +no/m)

    const key = (await run('account key add alex --name shop --ip 10.0.0.0/8')).out.trim()
    assert.equal((await operator.signIn({ login: '', psw: key, apikey: undefined, ip: '10.1.1.1' })).login, 'alex')
    assert.match((await run('account key list alex')).out, /^ +\d+ {2}hg_\w{5}… {2}shop {2}10\.0\.0\.0\/8 /m)
    assert.equal((await run('account key revoke alex shop')).out, 'The key shop of alex is revoked.\n')
    assert.match(String(((await json('account key add alex')) as { key: string }).key), /^hg_/)

    assert.equal((await run('account ips alex --add 192.0.2.0/24 --add ::1')).out, '192.0.2.0/24\n::1\n')
    assert.equal((await run('account ips alex --clear')).out, 'alex may be used from any address.\n')
    assert.match((await run(['account', 'set', 'alex', 'fl2[27]=1', 'fl[29]', 'sender=My shop'])).out, /fl2\[27\]=1/)
    assert.deepEqual(((await json('account show alex')) as { settings: unknown }).settings, {
      'limit.concurrent': 50,
      'fl2[27]': 1,
      'fl[29]': 1,
      sender: 'My shop',
    })
    assert.match((await run('account smpp-password alex')).out, /^password {3}\w{8}\nEight characters can be guessed/m)
    assert.equal((await run('account password alex new-one')).code, 0)
    assert.equal((await operator.signIn({ login: 'alex', psw: 'new-one', apikey: undefined, ip: '10.1.1.1' })).login, 'alex')
    assert.equal((await run('account block alex')).out, 'alex is blocked.\n')
    assert.equal((await run('account block alex --off')).out, 'alex may sign in.\n')
    assert.match((await run('account list')).out, /^alex +-0\.50 +RUR +default +- +no$/m)
  })

  test('an operator adds a carrier, a way to it, and a price', async () => {
    const added = await run(
      'carrier add smpp --name mts --host smpp.example.org --port 2775 --system-id shop --password hush --window 50 --rate 100',
    )
    assert.equal(added.code, 0, added.err)
    assert.match(added.out, /^--window +50$/m)
    assert.ok(!added.out.includes('hush'))
    assert.match((await run('carrier set mts --window 60 --tls --unknown hold')).out, /^--tls +true$/m)
    assert.match((await run('carrier list')).out, /^mts +smpp +down +- +0 +0 +- +no node has taken it yet$/m)
    assert.match((await run('carrier kinds smpp')).out, /^--system-id +string +required +system_id of the bind/m)
    assert.match(
      (await run('route add --carrier mts --prefix 7910,7911 --priority 200')).out,
      /^ *\d+ {2}sms +200 +7910 +- +mts$/m,
    )
    const routes = (await json('route list')) as { id: number }[]
    assert.equal((await run(`route remove ${routes[0]?.id}`)).code, 0)
    assert.match((await run('tariff set --default --price 3.5')).out, /^default +sms +everywhere +3\.50 +RUR +accepted$/m)
    assert.match((await run('tariff set --mccmnc 25001 --price 2.0001')).out, /^default +sms +25001 +2\.0001 +RUR +accepted$/m)
    assert.equal((await run('tariff remove --mccmnc 25001')).code, 0)
    assert.equal((await run('tariff list')).out.split('\n').length, 3)
    assert.match((await run('carrier disable mts')).out, /^link +switched off$/m)
    assert.match((await run('carrier enable mts')).out, /^link +down: /m)
    assert.equal((await run('carrier remove mts')).err, 'Switch mts off first: heliogram carrier disable mts.\n')
  })

  test('the books are proved, and an audit that finds something leaves with 1', async () => {
    const good = await run('audit')
    assert.deepEqual([good.code, good.out.startsWith('The books agree: ')], [0, true])
    await opened.store.pool.query(`update accounts set balance = balance + 1000000 where login = 'alex'`)
    const bad = await run('audit')
    assert.deepEqual(
      [bad.code, bad.out.split('\n')[1]],
      [1, 'alex: the balance is 0.5 RUR, but the postings add up to -0.5 RUR (1 RUR apart).'],
    )
    assert.equal((await run('audit --json')).code, 1)
    await opened.store.pool.query(`update accounts set balance = balance - 1000000 where login = 'alex'`)
  })

  test('everything is exported, and imported where nothing is yet', async () => {
    const backup = join(folder, 'backup')
    const done = await run(`export ${backup}`)
    assert.match(done.out, /^Wrote \d+ rows of \d+ tables to .*\/backup\.$/m)
    assert.equal((await run(`export ${backup}`)).err, `${backup} is not empty: name a new folder.\n`)

    const fresh = await createDatabase({ migrated: false })
    const env = { DATABASE_URL: fresh.url, HELIOGRAM_LOG_LEVEL: 'silent' }
    const imported = await heliogramProcess(`import ${backup}`, env)
    assert.deepEqual(
      [imported.code, imported.out.replace(/\d+/g, 'N')],
      [0, 'Read N rows of N tables. The centre may be started now.\n'],
    )
    const again = await heliogramProcess(`import ${backup}`, env)
    assert.deepEqual([again.code, again.out], [1, ''])
    assert.match(again.err, /^Heliogram cannot import: the database is not empty: there are rows in \w+$/m)
    await fresh.drop()
  })

  test('an operator says whose a number is', async () => {
    assert.match((await run('number add +79161234567 --account alex')).out, /^79161234567 +alex +no +no +- /m)
    assert.match((await run('number add 1234 --shared')).out, /^1234 +- +yes +no +- /m)
    assert.equal((await run('number add 1234')).err, 'The number 1234 is there already: remove it first.\n')
    assert.match((await run('number add 12ab')).err, /^'12ab' is no number/)
    assert.match((await run('number add 55 --account nobody')).err, /^There is no account 'nobody'/)
    assert.equal((await run('number remove 1234')).code, 0)
    assert.equal((await run('number remove 1234')).err, 'There is no number 1234.\n')
    assert.deepEqual(await json('number list'), [
      { number: '79161234567', account: 'alex', shared: false, price: null, paid_until: null, prolong: true, calls: false },
    ])
  })

  test('a handset is played in the sandbox', async () => {
    assert.equal((await run(['sandbox', 'mo', '--from', '79161234567', '--to', '1234', '--text', 'stop it'])).code, 0)
    assert.deepEqual(written, [{ from: '79161234567', to: '1234', text: 'stop it' }])
  })

  test('every complaint is one sentence that says what to do next', async () => {
    const closed = await serveAdmin([], operator.ipBlock)
    await closed.close()
    const gone = { HELIOGRAM_URL: closed.url, HELIOGRAM_ADMIN_TOKEN: TOKEN }
    const cases: [line: string, env: Record<string, string> | undefined, code: number, says: RegExp][] = [
      ['nodes', gone, 1, /^No centre runs at http:\/\/127\.0\.0\.1:\d+: start it with `npm start`/],
      [
        'nodes',
        { HELIOGRAM_URL: admin.url, HELIOGRAM_DATA: join(folder, 'nowhere') },
        1,
        /^There is no admin token in .*nowhere\/admin-token: start the centre first/,
      ],
      ['nodes', { HELIOGRAM_URL: admin.url, HELIOGRAM_ADMIN_TOKEN: 'wrong' }, 1, /does not take this admin token/],
      [
        'nodes',
        { HELIOGRAM_URL: `${admin.url}/elsewhere`, HELIOGRAM_ADMIN_TOKEN: TOKEN },
        1,
        /^There is nothing at this address\./,
      ],
      ['account show nobody', undefined, 1, /^There is no account 'nobody'\.$/],
      ['account add --login alex --password x', undefined, 1, /^The login alex is taken\.$/],
      ['account topup alex ten', undefined, 1, /^'ten' is no amount of money/],
      ['account set alex colour=red', undefined, 1, /^There is no setting 'colour'\. There are: /],
      ['carrier add smpp --name x --windows 5', undefined, 1, /^A carrier of kind smpp has no setting 'windows'/],
      ['carrier set mts', undefined, 2, /^There is nothing to change/],
      ['message trace 5', undefined, 1, /^There is no message 5\.$/],
      ['route remove x', undefined, 2, /'x' is no number of a route/],
      ['account', undefined, 2, /See: heliogram account --help/],
      ['telegraph', undefined, 2, /^There is no command 'telegraph'\./],
    ]
    for (const [line, env, code, says] of cases) {
      const ran = env ? await heliogram(line, env) : await run(line)
      assert.match(ran.err.trim(), says, line)
      assert.deepEqual([ran.code, ran.out, ran.err.trim().split('\n').length], [code, '', 1], line)
    }
  })

  test('a token that belongs to somebody else is told apart from one that is not there', {
    skip: process.getuid?.() === 0 && 'root may read everything',
  }, async () => {
    const file = join(folder, 'closed', 'admin-token')
    await mkdir(join(folder, 'closed'))
    await writeFile(file, TOKEN)
    await chmod(file, 0)
    assert.match(
      (await heliogram('nodes', { HELIOGRAM_URL: admin.url, HELIOGRAM_DATA: join(folder, 'closed') })).err,
      /may be read by its owner only/,
    )
  })

  test('as a process it answers, complains and leaves as it should', async () => {
    const env = { HELIOGRAM_URL: admin.url, HELIOGRAM_DATA: folder }
    const [list, wrong, unknown] = await Promise.all(
      ['account list --json', 'account show nobody', 'telegraph'].map((line) => heliogramProcess(line, env)),
    )
    assert.deepEqual([list?.code, list?.err, JSON.parse(list?.out ?? '').length], [0, '', 1])
    assert.deepEqual(wrong, { code: 1, out: '', err: "There is no account 'nobody'.\n" })
    assert.deepEqual(unknown, { code: 2, out: '', err: "There is no command 'telegraph'. See: heliogram --help\n" })
  })

  test('help needs no centre', async () => {
    for (const line of ['', '--help', 'account --help', 'account key add -h', 'carrier add --help', 'serve --help']) {
      const { code, out, err } = await heliogram(line, {})
      assert.deepEqual([code, err, out.includes('heliogram')], [0, '', true], line)
    }
    assert.match((await heliogram('--version', {})).out, /^\d+\.\d+\.\d+\n$/)
  })

  test('every limit of the centre can be set', async () => {
    const options = Object.keys(LIMITS).map((name) => `--${name.replace('_', '-')} 20`)
    const { limits } = (await json(`account limits alex ${options.join(' ')}`)) as { limits: { name: string; value: number }[] }
    assert.deepEqual(
      limits.map(({ name, value }) => [name, value]),
      Object.keys(LIMITS).map((name) => [name, 20]),
    )
  })
})
