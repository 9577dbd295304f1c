import assert from 'node:assert/strict'
import { STATUS } from '../../src/protocols/smpp/status.ts'
import { carrierScene } from '../support/carrier-scene.ts'
import { textOf } from '../support/carrier-wire.ts'
import type { Answer, Customer, Params } from '../support/customer.ts'
import { eventually } from '../support/eventually.ts'
import { smppClient } from '../support/smpp-client.ts'
import { story } from '../support/story.ts'

// A shop registers the names it sends under; the operator looks at them, and nobody sends under a name that is not theirs.
const scene = carrierScene({ 'fl[2]': 1 })

interface Answered {
  readonly error_code?: number
  readonly sender?: number
}

interface Name {
  readonly id: number
  readonly sender: string
  readonly status?: number
  readonly waits?: string
  readonly reason?: string
  readonly operators?: Readonly<Record<string, number>>
}

const ask = async (who: Customer, params: Params): Promise<Answer> =>
  JSON.parse(await who.ask('senders', { fmt: 3, ...params })) as Answer
const names = async (who: Customer, params: Params = {}): Promise<Name[]> =>
  JSON.parse(await who.ask('senders', { fmt: 3, get: 1, ...params })) as Name[]
const added = async (who: Customer, sender: string): Promise<number> =>
  Number((await ask(who, { add: 1, sender, cmt: 'for the story' })).sender)
const desk = (method: string, path: string, body?: object) => scene.centre.admin(method, `/senders/${path}`, body)
const settings = (login: string, set: object) => scene.centre.admin('PATCH', `/accounts/${login}/settings`, set)

/** What of a request was stored: number, status and err. */
async function refusedAs(sent: Answer): Promise<string[]> {
  assert.deepEqual([sent.error_code, sent.error], [6, 'message is denied'])
  const rows = await scene.centre.query<{ told: string }>(
    `select recipient || ' ' || state || ' ' || err as told from messages m join accounts a on a.id = m.account_id
     where a.login = 'shop' and ref = $1 order by m.id`,
    [sent.id],
  )
  return rows.map(({ told }) => told)
}

story('a name waits for the operator, and messages go out under it once it is approved; HTTP and SMPP alike', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const { shop, centre } = scene
  assert.equal((await shop.send({ phones: phone(0), mes: 'Before any is registered', sender: 'Anything' })).cnt, 1)
  const id = await added(shop, 'MyShop')
  assert.deepEqual(await names(shop), [])
  assert.deepEqual(
    (await names(shop, { all: 1 })).map(({ sender, status, waits }) => [sender, status, waits]),
    [['MyShop', 0, 'moderator']],
  )
  const gateway = await smppClient({ port: centre.smppPort, systemId: 'shop', password: 'shop-secret' })
  t.after(() => gateway.destroy())
  const submit = async (source: string, to: string): Promise<number> => {
    const address = { source_addr: source, source_addr_ton: 5, destination_addr: to, dest_addr_ton: 1, dest_addr_npi: 1 }
    return (await gateway.ask({ command: 'submit_sm', ...address, short_message: Buffer.from('Hello') })).status
  }

  const early = { phones: phone(1), mes: 'Too early', sender: 'MyShop' }
  assert.deepEqual(await refusedAs(await shop.send(early)), [`${phone(1)} 23 254`])
  assert.equal((await shop.send({ ...early, cost: 1 })).error_code, 6, 'nor has it a price')
  assert.equal(await submit('MyShop', phone(1)), STATUS.ESME_RINVSRCADR)

  const { output, code } = await centre.cli('sender', 'approve', String(id))
  assert.equal(code, 0, output)
  assert.match(output, /^MyShop \(\d+\) of shop: in use\.$/m)
  assert.deepEqual(await names(shop), [{ id, sender: 'MyShop' }])
  await shop.sees(1, phone(2), await shop.sent({ phones: phone(2), mes: 'Approved', sender: 'MyShop' }))
  assert.equal(await submit('MyShop', phone(3)), 0)
  assert.equal(await submit('', phone(4)), 0, 'no sender at all is the carrier’s')
  await carrier.arrived(4)
  assert.equal(await submit('Else', phone(5)), STATUS.ESME_RINVSRCADR)
})

story('a sender that is not the account’s refuses the whole request, and is stored for every number', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const { shop } = scene
  const spent = await scene.spent(async () => {
    const mixed = { phones: `12,${phone(1)},${phone(2)}`, mes: 'Hello', sender: 'Bank' }
    assert.deepEqual(await refusedAs(await shop.send(mixed)), ['12 22 249', `${phone(1)} 23 254`, `${phone(2)} 23 254`])
    const lines = { list: `MyShop|${phone(1)}:One\nBank|${phone(2)}:Two\n${phone(3)}:Three` }
    assert.deepEqual(
      await refusedAs(await shop.send(lines)),
      [phone(1), phone(2), phone(3)].map((to) => `${to} 23 254`),
    )
  })
  assert.equal(spent, 0)
  const mailing = async (sender: string) =>
    JSON.parse(await shop.ask('jobs', { fmt: 3, add: 1, name: 'News', phones: phone(4), mes: 'News', sender })) as Answer
  assert.equal((await mailing('Bank')).error_code, 3, 'a mailing that nothing would go out of is not made')
  assert.ok(Number((await mailing('MyShop')).id) > 0)
  assert.equal((await shop.send({ list: `MyShop|${phone(1)}:One\n${phone(3)}:Three` })).cnt, 2)
  const status = await shop.status(phone(2), (await shop.send({ phones: phone(2), mes: 'x', sender: 'Bank' })).id ?? 0, {
    all: 1,
  })
  assert.equal(status.status_name, 'Запрещено')
})

story('what is rejected says why, and cannot be used even where any other sender can', async (t) => {
  const { carrier, phone } = await scene.carrierFor(t)
  const { shop, centre } = scene
  const id = await added(shop, 'Famous')
  const { output, code } = await centre.cli('sender', 'reject', String(id), '--reason', 'a trademark of others')
  assert.equal(code, 0, output)
  const told = (await names(shop, { all: 1 })).find(({ sender }) => sender === 'Famous')
  assert.deepEqual([told?.status, told?.reason], [-1, 'a trademark of others'])
  await settings('shop', { senders: 'free' })
  assert.equal((await shop.send({ phones: phone(1), mes: 'x', sender: 'Anything' })).cnt, 1)
  assert.equal((await shop.send({ phones: phone(1), mes: 'y', sender: 'Famous' })).error_code, 6)
  assert.equal((await ask(shop, { del: 1, sender: 'Famous' })).error_code, 5, 'it is not new by being added again')
  // With what the operator missed it is looked at again, and is rejected until then.
  assert.equal((await ask(shop, { chg: 1, id, cmt: 'we have a licence' })).result, 'OK')
  assert.match((await centre.cli('sender', 'show', String(id))).output, /waits for you.*; rejected before: a\s+trademark/)
  assert.equal((await shop.send({ phones: phone(1), mes: 'y', sender: 'FAMOUS' })).error_code, 6)
  await centre.cli('sender', 'approve', String(id))
  assert.equal((await shop.send({ phones: phone(1), mes: 'y', sender: 'Famous' })).cnt, 1)
  await settings('shop', { senders: null })
  assert.equal((await shop.send({ phones: phone(1), mes: 'z', sender: 'Anything' })).error_code, 6)
  assert.equal((await ask(shop, { del: 1, sender: 'Famous' })).result, 'OK')
  await carrier.arrived(2)
})

story('an account may be held to registered names before it has any; what its operator set for it counts as one', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const cafe = await scene.centre.account('cafe', 100, { senders: 'registered', sender: 'Cafe', phone: '+7 (999) 000-00-01' })
  assert.equal((await cafe.send({ phones: phone(1), mes: 'x', sender: 'Other' })).error_code, 6)
  assert.equal((await cafe.send({ phones: phone(1), mes: 'By default' })).cnt, 1)
  assert.equal((await cafe.send({ phones: phone(1), mes: 'Its own telephone', sender: '79990000001' })).cnt, 1)
  const { code, output } = await scene.centre.cli('sender', 'add', 'cafe', 'Terrace', '--comment', 'in summer')
  assert.equal(code, 0, output)
  assert.equal((await cafe.send({ phones: phone(1), mes: 'x', sender: 'Terrace' })).cnt, 1)
  await scene.centre.admin('POST', '/numbers', { number: '79990000077', account: 'cafe' })
  // Whoever has it as its own may send from it, as soon as the centre knows the account anew.
  await eventually(async () => {
    assert.equal((await cafe.send({ phones: phone(2), mes: 'From its number', sender: '79990000077' })).cnt, 1)
  })
})

story(
  'a number is confirmed by the code that is sent to it, at the price of a message, and nobody reads it in the history',
  async (t) => {
    const { carrier, phone } = await scene.carrierFor(t)
    // An account of its own: what comes back to another from stories before this one is none of its balance.
    const shop = await scene.centre.account('caller', 100)
    const sender = phone(7)
    const check = async (code: string) => (await ask(shop, { check_code: 1, sender, code })).error_code ?? 'OK'
    assert.equal(await check('1234'), 3, 'none was sent')
    const codeSent = async (): Promise<string> => {
      carrier.forget()
      assert.equal((await ask(shop, { send_code: 1, sender: `+${sender}`, site_name: 'myshop.ru' })).result, 'OK')
      await carrier.arrived(1)
      const [submit] = carrier.submits
      assert.equal(submit?.to, sender)
      const text = submit ? textOf(submit) : ''
      const [, code = ''] = /^Код подтверждения: (\d{4}) \(myshop\.ru\)$/.exec(text) ?? []
      assert.notEqual(code, '', text)
      return code
    }
    const code = await codeSent()
    const wrong = code === '0000' ? '0001' : '0000'
    assert.deepEqual([await check(wrong), await check('x'), await check(wrong)], [5, 5, 5])
    assert.equal(await check(code), 3, 'three tries, and no more')
    assert.equal(await check(await codeSent()), 'OK')
    assert.equal(Number(await shop.balance()), 97)
    const history = await shop.ask('get', { get_messages: 1, phone: sender, fmt: 3 })
    assert.match(history, /Код подтверждения: \*\*\*\* \(myshop\.ru\)/)
    assert.doesNotMatch(history, /: \d{4} /)
    assert.ok((await names(shop)).some((name) => name.sender === sender))
    assert.equal((await shop.send({ phones: phone(8), mes: 'From our number', sender })).cnt, 1)
    assert.equal((await ask(shop, { send_code: 1, sender })).error_code, 5, 'it is confirmed already')
    assert.equal((await ask(shop, { send_code: 1, sender: 'MyShop' })).error_code, 1)
  },
)

story('a code that cannot be paid for is not sent, and does not count', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const poor = await scene.centre.account('poor', 0)
  assert.equal((await ask(poor, { send_code: 1, sender: phone(1) })).error_code, 5)
  assert.equal((await ask(poor, { check_code: 1, sender: phone(1), code: '1234' })).error_code, 3)
})

story('a sub-client sends under the names of its main account where it may, and the main account keeps its names', async (t) => {
  const { phone } = await scene.carrierFor(t)
  const { shop, centre } = scene
  await centre.admin('POST', '/accounts', { login: 'branch', password: 'branch-secret', parent: 'shop', type: 2 })
  await settings('branch', { senders: 'registered' })
  const branch = centre.customer('branch', 'branch-secret')
  const message = { phones: phone(1), mes: 'From the branch', sender: 'MyShop' }
  assert.equal((await branch.send(message)).error_code, 6)
  await settings('branch', { 'fl[29]': 1 })
  assert.equal((await branch.send({ ...message, mes: 'With leave' })).cnt, 1)
  assert.ok((await names(branch)).some(({ sender }) => sender === 'MyShop'))
  assert.equal((await ask(branch, { del: 1, sender: 'MyShop' })).error_code, 3, 'it is not its own')

  const id = Number((await ask(shop, { add: 1, sender: 'Branch', cmt: 'theirs', user: 'branch' })).sender)
  await desk('POST', `${id}/approve`)
  assert.equal((await branch.send({ ...message, mes: 'Under its own', sender: 'Branch' })).cnt, 1)
  assert.equal((await shop.send({ ...message, mes: 'Not the main account', sender: 'Branch' })).error_code, 6)
  assert.equal((await ask(shop, { get: 1, user: 'nobody' })).error_code, 3)
  assert.equal((await ask(branch, { get: 1, user: 'shop' })).error_code, 3)

  const parents = Number((await ask(shop, { add: 1, sender: 'NewName', cmt: 'of both' })).sender)
  assert.equal((await branch.send({ ...message, mes: 'Not yet', sender: 'NewName' })).error_code, 6)
  await desk('POST', `${parents}/approve`)
  await branch.sent({ ...message, mes: 'At once', sender: 'NewName' })
})

const PDF = Buffer.from('%PDF-1.7 a certificate of a trademark')

story('documents are posted with a name; its owner and the operator read them, and nobody else', async () => {
  const { shop, centre } = scene
  const post = async (login: string, params: Params, files: readonly Buffer[]): Promise<Response> => {
    const body = new FormData()
    for (const [at, file] of files.entries())
      body.append(`file${at}`, new Blob([new Uint8Array(file)]), 'C:\\papers\\свидетельство.pdf')
    const query = new URLSearchParams({ login, psw: `${login}-secret`, fmt: '3', charset: 'utf-8' })
    for (const [name, value] of Object.entries(params)) query.set(name, String(value))
    return centre.get(`/sys/senders.php?${query}`, files.length > 0 ? { method: 'POST', body } : {})
  }
  const answer = async (login: string, params: Params, ...files: Buffer[]) =>
    (await (await post(login, params, files)).json()) as Answered

  const add = { add: 1, sender: 'Papers', cmt: 'with papers', doc_info: 'trademark', mts_step: 1, by_fio: 'ООО Магазин' }
  assert.equal((await answer('shop', add, Buffer.from('MZ not a document'))).error_code, 5)
  assert.equal((await answer('shop', add, Buffer.concat([PDF, Buffer.alloc(3 * 1024 * 1024)]))).error_code, 5)
  const { sender: id } = await answer('shop', add, PDF)
  const listedDocuments = await post('shop', { get_doc: 1, id: id ?? 0 }, [])
  const [document] = (await listedDocuments.json()) as {
    id: number
    name: string
    type: string
    size: number
    doc_info: string
  }[]
  assert.ok(document)
  assert.deepEqual(
    [document.name, document.type, document.size, document.doc_info],
    ['свидетельство.pdf', 'pdf', PDF.length, 'trademark'],
  )
  const handed = await post('shop', { get_doc: 1, doc: document.id }, [])
  assert.deepEqual(Buffer.from(await handed.arrayBuffer()), PDF)
  assert.equal(handed.headers.get('content-type'), 'application/pdf')
  assert.match(handed.headers.get('content-disposition') ?? '', /^attachment; filename="sender-\d+-\d+\.pdf"$/)
  assert.equal((await answer('cafe', { get_doc: 1, doc: document.id })).error_code, 3)

  const shown = (await centre.cli('sender', 'show', String(id))).output
  for (const words of ['by_fio', 'ООО Магазин', 'mts_step', 'trademark', 'свидетельство.pdf'])
    assert.ok(shown.includes(words), shown)
  const written = `${centre.dataDir}/paper.pdf`
  const { code, output } = await centre.cli('sender', 'document', String(id), String(document.id), '--out', written)
  assert.equal(code, 0, output)
  assert.match(output, new RegExp(`${PDF.length} octets`))

  await desk('PATCH', `${id}/operators`, { mts: 1, mega: 0, bee: -1 })
  const listed = (await names(shop, { all: 1, operators: 1 })).find(({ sender }) => sender === 'Papers')
  assert.deepEqual(listed?.operators, { mts: 1, mega: 0, bee: -1 })
  const changed = await names(shop, { all: 1, operators: 1, from_date: '01.01.2026' })
  assert.deepEqual(
    changed.map(({ sender }) => sender),
    ['Papers'],
  )
})

story('a name costs its monthly fee, and waits while that cannot be paid', async () => {
  const { shop, centre } = scene
  const inn = await centre.account('inn', 10, { sender_fee: '3100' })
  const id = await added(inn, 'Dear')
  const told = (await centre.cli('sender', 'approve', String(id))).output
  assert.match(told, /Dear \(\d+\) of inn: waits for money/)
  assert.equal((await names(inn, { all: 1 }))[0]?.waits, 'money')
  await centre.admin('POST', '/accounts/inn/topup', { amount: '5000' })
  await desk('POST', `${id}/approve`)
  assert.equal((await names(inn)).length, 1)
  const left = Number(await inn.balance())
  assert.ok(left < 5010 && left >= 1910, `${left}`)
  await desk('POST', `${id}/approve`)
  assert.equal(Number(await inn.balance()), left, 'the month is paid for')
  const statement = await centre.cli('account', 'statement', 'inn')
  assert.match(statement.output, /fee: sender name/)
  assert.match(statement.output, /sender name Dear, \d\d\.20\d\d/)
  const { code, output } = await centre.cli('audit')
  assert.equal(code, 0, output)
  assert.ok(await shop.balance())
})
