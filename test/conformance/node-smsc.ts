import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { before, test } from 'node:test'
import initSmsc from 'node-smsc'
import { eventually } from '../support/eventually.ts'
import type { Scene } from './scene.ts'

const PHONE = '79161234567'

/** The npm package as it is installed; its option `request` names the address of the scripts, and by it whether it speaks TLS. */
export function tellNodeSmsc(scene: () => Scene): void {
  let smsc: initSmsc.Client
  const request = () => `${scene().url}/sys/`
  before(async () => {
    await scene().open({ login: 'npm', balance: '1000' })
    smsc = initSmsc({ login: 'npm', password: 'secret', request: request() })
  })

  test('sends a message, and sees it delivered', async () => {
    assert.deepEqual(await smsc.send({ phones: PHONE, mes: 'Hello from npm' }), { id: 1, cnt: 1 })
    const status = await eventually(async () => {
      const answer = (await smsc.status({ phone: PHONE, id: 1 })) as { status: number }
      assert.equal(answer.status, 1)
      return answer
    })
    assert.deepEqual(Object.keys(status), ['status', 'last_date', 'last_timestamp', 'flag'])
  })

  test('asks what it would cost, and nothing is sent', async () => {
    const mes = 'А теперь по-русски, на две части: '.repeat(3)
    assert.deepEqual(await smsc.send({ phones: PHONE, mes, cost: 1 }), { cost: '2', cnt: 2 })
    assert.deepEqual(await smsc.balance(), { balance: '999.00' })
  })

  test('sends Cyrillic to several numbers, and reads price and balance', async () => {
    const phones = '79161234567,+7 (916) 123-45-68;89161234569'
    const sent = await smsc.send({ phones, mes: 'Ёжик в тумане', cost: 3 })
    assert.deepEqual(sent, { id: 2, cnt: 3, cost: '3', balance: '996' })
    const [full] = (await smsc.status({ phone: '79161234568,', id: '2,', all: 2 })) as Record<string, unknown>[]
    assert.equal(full?.message, 'Ёжик в тумане')
    assert.equal(full?.country, 'Россия')
  })

  test('asks after several messages at once, one of which there is not', async () => {
    const rows = await smsc.status({ phone: '79161234567,79161234569,79161234568', id: '2,2,3' })
    assert.deepEqual(
      (rows as { id: number; phone: string }[]).map(({ id, phone }) => [id, phone]),
      [
        [2, '79161234567'],
        [2, '79161234569'],
        [3, '79161234568'],
      ],
    )
    assert.equal((rows as { status: number }[])[2]?.status, -3)
  })

  test('sends the parameters in the query of a body of files', async () => {
    const files = [{ field: 'File1', value: Buffer.from('GIF89a'), options: { filename: 'a.gif' } }]
    assert.deepEqual(await smsc.send({ phones: PHONE, mes: 'With a picture', mms: 1, subj: 'Look' }, { files }), {
      id: 3,
      cnt: 1,
    })
  })

  test('takes the balance with its currency', async () => {
    assert.deepEqual(await smsc.balance({ cur: 1 }), { balance: '991.00', currency: 'RUR' })
  })

  test('signs in with the MD5 of the password, which is what it sends, also when it is given that', async () => {
    const password = createHash('md5').update('secret').digest('hex')
    const hashed = initSmsc({ login: 'npm', password, hashed: true, request: request() })
    assert.deepEqual(await hashed.balance(), { balance: '991.00' })
  })

  test('is told of a wrong password', async () => {
    const stranger = initSmsc({ login: 'npm', password: 'wrong', request: request() })
    await assert.rejects(stranger.balance(), (error: initSmsc.SmscApiError) => {
      assert.equal(error.message, 'authorise error (2)')
      assert.deepEqual(error.response, { error: 'authorise error', error_code: 2 })
      return true
    })
  })

  test('is told of a bad number, with the id', async () => {
    await assert.rejects(smsc.send({ phones: '123', mes: 'x' }), (error: initSmsc.SmscApiError) => {
      assert.deepEqual(error.response, { error: 'invalid number', error_code: 7, id: 4 })
      return true
    })
  })

  test('is told when it repeats itself', async () => {
    await scene().open({ login: 'npm2', balance: '10', limited: true })
    const careless = initSmsc({ login: 'npm2', password: 'secret', request: request() })
    const message = { phones: PHONE, mes: 'Once is enough' }
    assert.deepEqual(await careless.send({ ...message }), { id: 1, cnt: 1 })
    await assert.rejects(careless.send({ ...message }), { message: 'duplicate request, wait a minute (9)' })
    assert.deepEqual(await careless.balance(), { balance: '9.00' })
  })

  test('reads the history, page by page', async () => {
    const [refused, newest, second] = (await smsc.get({ get_messages: 1, cnt: 3 })) as Record<string, unknown>[]
    assert.deepEqual([refused?.status, refused?.phone], [22, '123'])
    assert.equal(newest?.message, 'With a picture')
    assert.equal(newest?.type, 6)
    assert.equal(second?.message, 'Ёжик в тумане')
    const older = (await smsc.get({ get_messages: 1, cnt: 2, prev_id: String(second?.int_id) })) as Record<string, unknown>[]
    assert.deepEqual(
      older.map(({ id, phone }) => [id, phone]),
      [
        [2, '79161234568'],
        [2, '79161234567'],
      ],
    )
    assert.deepEqual(await smsc.get({ get_messages: 1, phone: '79998887766' }), [], 'what is not found is an empty list to it')
  })

  test('reads incoming messages, statistics and prices', async () => {
    assert.deepEqual(await smsc.get({ get_answers: 1, hour: 24 }), [])
    const [row] = (await smsc.get({ get_stat: 1 })) as Record<string, unknown>[]
    assert.deepEqual(row, { login: 'npm', sms: '5', credit: '1000.00', debit: '9.00', currency: 'RUR' })
    assert.ok(Array.isArray(((await smsc.get({ get_price: 1 })) as { zones: unknown }).zones))
    assert.deepEqual(await smsc.get({ get_senders: 1 }), [])
    assert.deepEqual(await smsc.get({ get_mega_accounts: 1, account: 1 }), [])
  })

  test('asks for operators, of one number and of several', async () => {
    const one = { country: 'Россия', operator: 'МТС', region: 'Москва и Московская область', mcc: '250', mnc: '01', tz: '3' }
    assert.deepEqual(await smsc.info({ get_operator: 1, phone: PHONE }), one)
    const several = (await smsc.info({ get_operator: 1, phone: `${PHONE},123` })) as unknown[]
    assert.deepEqual(several[0], { phone: PHONE, ...one })
    await assert.rejects(smsc.info({ get_operator: 1, phone: '123' }), { message: 'record not found (3)' })
  })

  test('asks for ported numbers, of a day and of all as a stream', async () => {
    assert.deepEqual(await smsc.get_mnp({ date: '01.02.2020' }), [])
    const stream = (await smsc.get_mnp({})) as AsyncIterable<Buffer>
    let csv = ''
    for await (const chunk of stream) csv += chunk
    assert.equal(csv, 'Phone;mccmnc\n')
  })

  test('keeps contacts in groups, sends to a group, and respects the blacklist', async () => {
    const { id: group } = (await smsc.phones({ add_group: 1, name: 'друзья' })) as { id: number }
    const people = { add: 1, name: 'Иван', phone: '8 916 777-77-01, +79167777702', grp: group, lnm: 'Петров', bd: '1.2.1980' }
    const { id } = (await smsc.phones(people)) as { id: number }
    assert.deepEqual(await smsc.phones({ get: 1, fio: 'петров', after_id: id }), [
      {
        ...{ phone: '79167777702', name: 'Иван', group: String(group), last_name: 'Петров', birthday: '01.02.1980' },
        int_id: id + 1,
      },
    ])
    assert.deepEqual(await smsc.phones({ get_group: 1 }), [{ id: group, name: 'Друзья', cnt: '2' }])
    assert.deepEqual(await smsc.phones({ chg_group: 1, grp: group, name: 'Друзья', num: 7 }), { result: 'OK' })
    assert.deepEqual(await smsc.phones({ move_group: 3, grp: group, phone: '79167777701' }), { result: 'OK' })
    assert.deepEqual(await smsc.phones({ chg: 1, phone: '79167777701', name: 'Пётр' }), { result: 'OK' })
    const sent = (await smsc.send({ phones: 'G7,79167777703', mes: 'To a group' })) as { cnt: number }
    assert.equal(sent.cnt, 2)

    const { id: entry } = (await smsc.phones({ add_black: 1, phone: '79167777702' })) as { id: number }
    assert.ok(entry > 0)
    assert.deepEqual(await smsc.phones({ get_black: 1 }), [{ phone: '79167777702', type: 0, int_id: entry }])
    await assert.rejects(smsc.send({ phones: '79167777702', mes: 'Not any more' }), { message: 'message is denied (6)' })
    assert.deepEqual(await smsc.phones({ del_black: 1, phone: '79167777702' }), { result: 'OK' })

    await assert.rejects(smsc.phones({ add: 1, name: 'Once', phone: '79167777702' }), { message: 'save error (5)' })
    assert.deepEqual(await smsc.phones({ del: 1, phone: '79167777701,79167777702' }), { result: 'OK' })
    assert.deepEqual(await smsc.phones({ del_group: 1, grp: group }), { result: 'OK' })
    await assert.rejects(smsc.phones({ get: 1 }), { message: 'record not found (3)' })
  })

  test('rents a number that subscribers write to', async () => {
    assert.deepEqual(await smsc.receive_phones({ get: 1 }), [])
    await scene().centre.admin('POST', '/numbers', { number: '79161230000', price: '0' })
    const offered = { phone: '79161230000', cost: '0.00', currency: 'RUR', country: 'Россия', operator: 'МТС' }
    assert.deepEqual(await smsc.receive_phones({ get: 1 }), [{ ...offered, connected: 0 }])
    assert.deepEqual(await smsc.receive_phones({ buy: 1, phone: '79161230000' }), { result: 'OK' })
    assert.deepEqual(await smsc.receive_phones({ chg: 1, phone: '79161230000', noprolong: 1 }), { result: 'OK' })
    assert.deepEqual(await smsc.receive_phones({ get: 1 }), [{ ...offered, connected: 1, noprolong: 1 }])
    await assert.rejects(smsc.receive_phones({ buy: 1, phone: '79161230000' }), { message: 'record not found (3)' })
  })

  test('keeps templates', async () => {
    const { id } = (await smsc.templates({ add: 1, name: 'Привет', msg: 'Привет, мир', format: 'sms' })) as { id: number }
    assert.deepEqual(await smsc.templates({ chg: 1, id, msg: 'Привет' }), { result: 'OK' })
    assert.deepEqual(await smsc.templates({ get: 1 }), [
      { id, name: 'Привет', message: 'Привет', format: 'sms', sender: '', flag: 0 },
    ])
    assert.deepEqual(await smsc.templates({ del: 1, id }), { result: 'OK' })
    await assert.rejects(smsc.templates({ del: 1, id }), { message: 'record not found (3)' })
  })

  test('opens a sub-client, changes it, pays it, and reads what it spent', async () => {
    const user = 'npm-branch'
    const { id } = (await smsc.users({ add: 1, user, password: 'mypassword', 'fl[29]': 1 })) as { id: number }
    assert.ok(id > 0)
    await assert.rejects(smsc.users({ add: 1, user, password: 'mypassword' }), { message: 'record is not saved (8)' })
    assert.deepEqual(await smsc.users({ chg: 1, user, fio: 'Филиал', dlim: 10, charset: 'utf-8' }), { result: 'OK' })
    assert.deepEqual(await smsc.users({ pay: 1, user, sum: 2 }), { result: 'OK' })
    const branch = initSmsc({ login: user, password: 'mypassword', request: request() })
    assert.deepEqual(await branch.balance(), { balance: '2.00' })
    assert.deepEqual(await smsc.users({ get_stat: 1, reseller: 1 }), [
      { login: user, sms: '0', credit: '2.00', debit: '0.00', currency: 'RUR' },
    ])
    assert.deepEqual(await smsc.users({ get_stat: 1 }), [], 'what is not found is an empty list to it')
    const all = (await smsc.users({ get: 1, user })) as Record<string, unknown>
    assert.deepEqual([all.fio, all.dlim, all['fl[29]']], ['Филиал', 10, 1])
    await assert.rejects(smsc.users({ pay: 1, user: 'nobody', sum: 1 }), { message: 'subclient not found (6)' })
  })

  test('registers sender names, with a document, and confirms a number', async () => {
    const files = [{ field: 'file0', value: Buffer.from('%PDF-1.4 a paper'), options: { filename: 'paper.pdf' } }]
    const { sender: id } = (await smsc.senders({ add: 1, sender: 'NpmShop', cmt: 'магазин' }, { files })) as { sender: number }
    assert.deepEqual(await smsc.senders({ get: 1 }), [{ id, sender: 'NpmShop' }])
    assert.deepEqual(await smsc.senders({ chg: 1, id, cmt: 'Магазин' }), { result: 'OK' })
    const [whole] = (await smsc.senders({ get: 1, all: 1, operators: 1 })) as Record<string, unknown>[]
    assert.deepEqual([whole?.cmt, whole?.status, whole?.default, whole?.operators], ['Магазин', 1, 0, {}])
    assert.equal(((await smsc.senders({ get_doc: 1, id })) as unknown[]).length, 1)
    await assert.rejects(smsc.senders({ add: 1, sender: 'NpmShop', cmt: 'again' }), { message: 'save error (5)' })

    assert.deepEqual(await smsc.senders({ send_code: 1, sender: '79167777709', site_name: 'npmjs.com' }), { result: 'OK' })
    await assert.rejects(smsc.senders({ check_code: 1, sender: '79167777709', code: 'none' }), { message: 'save error (5)' })
    const [message] = (await smsc.get({ get_messages: 1, phone: '79167777709', cnt: 1 })) as { message: string }[]
    const code = /^Код подтверждения: (\d{4}) \(npmjs\.com\)$/.exec(message?.message ?? '')?.[1] ?? ''
    assert.deepEqual(await smsc.senders({ check_code: 1, sender: '79167777709', code }), { result: 'OK' })
    assert.deepEqual(
      ((await smsc.get({ get_senders: 1 })) as { sender: string }[]).map(({ sender }) => sender),
      ['NpmShop', '79167777709'],
    )
    assert.deepEqual(await smsc.senders({ del: 1, sender: 'NpmShop' }), { result: 'OK' })
    await assert.rejects(smsc.senders({ del: 1, sender: 'NpmShop' }), { message: 'record not found (3)' })
  })

  test('deletes a message', async () => {
    assert.deepEqual(await smsc.status({ phone: PHONE, id: 1, del: 1 }), { result: 'OK' })
    assert.deepEqual(await smsc.status({ phone: PHONE, id: 1 }), { status: -3, last_date: '', last_timestamp: 0 })
  })

  test('makes a mailing for later, asks after it, and switches it off', async () => {
    await scene().open({ login: 'npm3', balance: '100' })
    const mailer = initSmsc({ login: 'npm3', password: 'secret', request: request() })
    const made = (await mailer.jobs({
      ...{ add: 1, name: 'Birthdays', phones: `${PHONE},79161234568`, mes: 'Поздравляем', time: '0101301000', rpt: 7, rptn: 10 },
      ...{ cost: 1, id: 10 },
    })) as { id: number; cost: string }
    assert.ok(made.id > 1_000_000)
    assert.equal(made.cost, '2.00')
    const job = (await mailer.jobs({ get: 1, id: made.id })) as Record<string, unknown>
    assert.deepEqual([job.id, job.status, job.message, job.phones, job.rptn], [made.id, -1, 'Поздравляем', 2, 10])
    const [first] = (await mailer.jobs({ get_all: 1 })) as { id: number }[]
    assert.equal(first?.id, made.id)
    assert.deepEqual(await mailer.jobs({ cancel: 1, id: made.id }), { result: 'OK' })
    assert.equal(((await mailer.jobs({ get: 1, id: made.id })) as { status: number }).status, -2)
    assert.deepEqual(await mailer.jobs({ del: 1, id: made.id }), { result: 'OK' })
    await assert.rejects(mailer.jobs({ get: 1, id: made.id }), { message: 'record not found (3)' })
  })
}
