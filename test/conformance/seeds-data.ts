import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { idOfTime } from '../../src/domain/message-id.ts'
import type { Scene } from './scene.ts'

const PHONE = '79999999999'
const WHO = 'login=alex&psw=123'

/** Any value stands for a name in pointed brackets, as in the documents of the original; LF as ~. */
export function skeleton(written: string): RegExp {
  const escaped = written.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll(/«\w+»/g, '([^\\n]*?)').replaceAll('~', '\\n')}$`)
}
/** `«name»` within `<name>`, a line each. */
const elements = (names: string): string =>
  names
    .split(' ')
    .map((name) => `<${name}>«${name}»</${name}>~`)
    .join('')

const PROLOG = '<?xml version="1.0" encoding="utf-8"?>~'
const MESSAGE_ELEMENTS = elements(
  'status last_date last_timestamp err send_date send_timestamp phone cost sender_id status_name message mccmnc country operator region type id int_id sms_cnt format crc',
)

/** The formats of an answer as the documents print them: one row of it. */
const FORMATS: Readonly<Record<string, readonly [text: string, commas: string, xml: string, json: string]>> = {
  get_messages: [
    'Status = «status», check_time = «last_date», err = «err», send_date = «send_date», phone = «phone», mccmnc = «mccmnc», country = «country», operator = «operator», region = «region», cost = «cost», sender_id = «sender», status_name = «status_name», message = «message», type = «type», ID = «id», int_id = «int_id», sms_cnt = «sms_cnt», format = «format», crc = «crc»',
    '«status»,«last_timestamp»,«err»,«send_timestamp»,«phone»,«mccmnc»,«country»,«operator»,«region»,«cost»,«sender»,«status_name»,«message»,«type»,«id»,«int_id»,«sms_cnt»,«format»,«crc»',
    `${PROLOG}<list>~<sms>~${MESSAGE_ELEMENTS}</sms>~</list>`,
    '[{~"status": «n»,~"last_date": "«s»",~"last_timestamp": «n»,~"err": «n»,~"send_date": "«s»",~"send_timestamp": «n»,~"phone": "«s»",~"cost": "«s»",~"sender_id": "«s»",~"status_name": "«s»",~"message": "«s»",~"mccmnc": "«s»",~"country": "«s»",~"operator": "«s»",~"region": "«s»",~"type": «n»,~"id": «n»,~"int_id": "«s»",~"sms_cnt": «n»,~"format": «n»,~"crc": «n»~}]',
  ],
  get_answers: [
    'id = «id», received = «received», phone = «phone», message = «message», to_phone = «to_phone», sent = «sent»',
    '«id»,«received»,«phone»,«to_phone»,«sent»,«message»',
    `${PROLOG}<sms_answers>~<sms>~${elements('id received phone message to_phone sent')}</sms>~</sms_answers>`,
    '[{~"id": «n»,~"received": "«s»",~"phone": "«s»",~"message": "«s»",~"to_phone": "«s»",~"sent": "«s»"~}]',
  ],
  get_stat: [
    'login = «login», sms = «cnt», credit = «credit», debit = «debit», currency = «currency»',
    '«login»,«cnt»,«credit»,«debit»,«currency»',
    `<list>~<stat>~${elements('login sms credit debit currency')}</stat>~</list>`,
    '[{~"login": "«s»",~"sms": "«s»",~"credit": "«s»",~"debit": "«s»",~"currency": "«s»"~}]',
  ],
  get_price: [
    'zone = «zone», name = «name», api = «api», mass = «mass», mms = «mms», hlr = «hlr», call = «call»~zone = «zone», name = «name», api = «api», mass = «mass», mms = «mms», hlr = «hlr», call = «call»~mccmnc = «mccmnc», cost = «cost»~mail = «mail»',
    '«zone»,«name»,«api»,«mass»,«mms»,«hlr»,«call»~«zone»,«name»,«api»,«mass»,«mms»,«hlr»,«call»~«mccmnc»,«cost»~«mail»',
    `${PROLOG}<price>~<zones>~<zone name="«s»" api="«s»" mass="«s»" mms="«s»" hlr="«s»" call="«s»">«zone»</zone>~<zone name="«s»" api="«s»" mass="«s»" mms="«s»" hlr="«s»" call="«s»">«zone»</zone>~</zones>~<codes>~<mccmnc cost="«s»">«mccmnc»</mccmnc>~</codes>~<mail>«mail»</mail>~</price>`,
    '{~"zones": [{~"zone": "«s»",~"name": "«s»",~"api": "«s»",~"mass": "«s»",~"mms": "«s»",~"hlr": "«s»",~"call": "«s»"~},~{~"zone": "«s»",~"name": "«s»",~"api": "«s»",~"mass": "«s»",~"mms": "«s»",~"hlr": "«s»",~"call": "«s»"~}],~"codes": [{~"mccmnc": "«s»",~"cost": "«s»"~}],~"mail": "«s»"~}',
  ],
  get_operator: [
    'country = «country», operator = «operator», region = «region», mcc = «mcc», mnc = «mnc», tz = «tz»',
    '«country»,«operator»,«region»,«mcc»,«mnc»,«tz»',
    `${PROLOG}<info>~${elements('country operator region mcc mnc tz')}</info>`,
    '{~"country": "«s»",~"operator": "«s»",~"region": "«s»",~"mcc": "«s»",~"mnc": "«s»",~"tz": "«s»"~}',
  ],
  get: [
    'id = «id», cnt = «cnt», cnt_mon = «cnt_mon», cnt_day = «cnt_day», cnt_yes = «cnt_yes», cnt_pmon = «cnt_pmon», link = «link»',
    '«id»,«cnt»,«cnt_mon»,«cnt_day»,«cnt_yes»,«cnt_pmon»,«link»',
    `<result>~${elements('id cnt cnt_mon cnt_day cnt_yes cnt_pmon link')}</result>`,
    '{~"id": "«s»",~"cnt": "«s»",~"cnt_mon": "«s»",~"cnt_day": "«s»",~"cnt_yes": "«s»",~"cnt_pmon": "«s»",~"link": "«s»"~}',
  ],
}

/**
 * Every address that the documents' pages about data print, as it stands there, by the page. What is in pointed brackets is filled in:
 * `FILLED`.
 */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  'Getting data about a short link': [
    'https://smscentre.com/sys/tinyurls.php?get=1&login=<login>&psw=<password>&link=<link>',
    'https://smscentre.com/sys/tinyurls.php?get=1&login=<login>&psw=<password>&id=<id>',
    'https://smscentre.com/sys/tinyurls.php?get=1&login=alex&psw=123&id=145142',
    'https://smscentre.com/sys/tinyurls.php?get=1&login=alex&psw=123&link=mywebsite.ru',
  ],
  'Получение данных о короткой ссылке': [
    'https://smsc.ru/sys/tinyurls.php?get=1&login=<login>&psw=<password>&link=<link>',
    'https://smsc.ru/sys/tinyurls.php?get=1&login=<login>&psw=<password>&id=<id>',
    'https://smsc.ru/sys/tinyurls.php?get=1&login=alex&psw=123&id=145142',
    'https://smsc.ru/sys/tinyurls.php?get=1&login=alex&psw=123&link=mywebsite.ru',
  ],
  'Getting data': [
    'https://smscentre.com/sys/get.php?get_messages=1&login=<login>&psw=<password>',
    'https://smscentre.com/sys/get.php?get_messages=1&login=alex&psw=123&cnt=10',
    'https://smscentre.com/sys/get.php?get_messages=1&login=alex&psw=123&phone=79999999999',
    'https://smscentre.com/sys/get.php?get_answers=1&login=<login>&psw=<password>',
    'https://smscentre.com/sys/get.php?get_answers=1&login=alex&psw=123&cnt=10',
    'https://smscentre.com/sys/get.php?get_answers=1&login=alex&psw=123&hour=48&cnt=15',
    'https://smscentre.com/sys/get.php?get_answers=1&login=alex&psw=123&after_id=1234567&cnt=20',
    'https://smscentre.com/sys/get.php?get_stat=1&login=<login>&psw=<password>&start=<date1>&end=<date2>',
    'https://smscentre.com/sys/get.php?get_stat=1&login=alex&psw=123&mycur=1&start=01.01.2014&end=01.02.2014',
    'https://smscentre.com/sys/get.php?get_price=1&login=<login>&psw=<password>',
    'https://smscentre.com/sys/get.php?get_price=1&login=alex&psw=123',
    'https://smscentre.com/sys/info.php?get_operator=1&login=<login>&psw=<password>&phone=<phone>',
    'https://smscentre.com/sys/info.php?get_operator=1&login=alex&psw=123&phone=79999999999',
    'https://smscentre.com/sys/tinyurls.php?get=1&login=<login>&psw=<password>&link=<link>',
    'https://smscentre.com/sys/tinyurls.php?get=1&login=<login>&psw=<password>&id=<id>',
    'https://smscentre.com/sys/tinyurls.php?get=1&login=alex&psw=123&id=145142',
    'https://smscentre.com/sys/tinyurls.php?get=1&login=alex&psw=123&link=mywebsite.ru',
  ],
}

const FILLED: Readonly<Record<string, string>> = {
  ...{
    login: 'alex',
    password: '123',
    link: 'mywebsite.ru',
    id: '145142',
    phone: PHONE,
    date1: '01.01.2014',
    date2: '01.02.2014',
  },
}

/** What is asked of us, where the example names the original. */
const targetOf = (url: string): string =>
  url.replace(/^https:\/\/(?:smscentre\.com|smsc\.ru)/, '').replace(/<(\w+)>/g, (_, name: string) => FILLED[name] ?? '')

/** Named errors of get.php, info.php and tinyurls.php, and a request that ends so. */
const ERRORS: readonly (readonly [number: number, text: string, query: string])[] = [
  [1, 'parameters error', `/sys/get.php?${WHO}`],
  [2, 'authorise error', '/sys/get.php?get_messages=1&login=alex&psw=wrong'],
  [3, 'record not found', `/sys/get.php?get_messages=1&${WHO}&phone=79998887766`],
  [1, 'parameters error', `/sys/get.php?get_answers=1&${WHO}&cnt=x`],
  [2, 'authorise error', '/sys/get.php?get_answers=1&login=alex&psw=wrong'],
  [1, 'parameters error', `/sys/get.php?get_stat=1&${WHO}&start=01.02.2014&end=01.01.2014`],
  [2, 'authorise error', '/sys/get.php?get_stat=1&login=alex&psw=wrong'],
  [2, 'authorise error', '/sys/get.php?get_price=1&login=alex&psw=wrong'],
  [1, 'parameters error', `/sys/info.php?get_operator=1&${WHO}`],
  [2, 'authorise error', `/sys/info.php?get_operator=1&login=alex&psw=wrong&phone=${PHONE}`],
  [3, 'record not found', `/sys/info.php?get_operator=1&${WHO}&phone=123`],
  [1, 'parameters error', `/sys/tinyurls.php?get=1&${WHO}`],
  [2, 'authorise error', '/sys/tinyurls.php?get=1&login=alex&psw=wrong&id=145142'],
  [3, 'record not found', `/sys/tinyurls.php?get=1&${WHO}&id=145143`],
  [3, 'record not found', `/sys/tinyurls.php?get=1&${WHO}&link=website.ru`],
]

/** The documents' pages about data: history, incoming messages, statistics, rates, operators, short links. */
export function tellSeedsData(scene: () => Scene): void {
  const text = async (target: string): Promise<string> => (await scene().ask(`${target}&charset=utf-8`)).text

  before(async () => {
    const { query } = scene().centre
    await scene().alex()
    await scene().ask(`/sys/send.php?${WHO}&phones=${PHONE}&mes=Hello`)
    await scene().until(WHO, 1, PHONE, 1)
    await query(
      `insert into short_links (id, code, account_id, url) select l.id, l.code, a.id, l.url from accounts a,
         (values (145142, '1aB2c3D', 'https://example.com/'), (145150, '1aB2c3E', 'http://mywebsite.ru')) l (id, code, url)
       where login = 'alex'`,
    )
    // One from the days of the examples' ids, one of today.
    for (const id of [1_234_568, idOfTime(Date.now())])
      await query(
        `insert into incoming (id, carrier_id, account_id, sender, recipient, body, at)
         select $1, 1, id, '79161234567', '79999999998', 'Привет', $2 from accounts where login = 'alex'`,
        [id, Date.now()],
      )
  })

  for (const [page, examples] of Object.entries(PAGES)) {
    describe(page, () => {
      for (const example of examples) {
        const target = targetOf(example)
        const [, name = ''] = /(get\w*)=1/.exec(target) ?? []
        const after = target.includes('after_id') // two are listed
        for (const fmt of [0, 1, 2, 3] as const) {
          test(`${example}&fmt=${fmt}`, async () => {
            const expected = FORMATS[name]?.[fmt] ?? ''
            const answer = await text(`${target}&fmt=${fmt}`)
            assert.match(answer, skeleton(after ? twice(expected, fmt) : expected))
            assert.equal(await text(`${target.replace('/sys/', '/rest/').replace('.php', '/')}&fmt=${fmt}`), answer)
          })
        }
      }
    })
  }

  test('without fmt and charset the answer is a line in windows-1251', async () => {
    const { type, text: line } = await scene().ask(`/sys/get.php?get_messages=1&${WHO}`)
    assert.equal(type, 'text/plain; charset=windows-1251')
    assert.match(line, /^Status = 1, .*status_name = Доставлено, message = Hello, /)
  })

  for (const [number, description, query] of ERRORS) {
    test(`error ${number}: ${query}`, async () => {
      assert.equal(await text(query), `ERROR = ${number} (${description})`)
      assert.equal(await text(`${query}&fmt=1`), `0,-${number}`)
      const xml = `<result>\n<error>${description}</error>\n<error_code>${number}</error_code>\n</result>`
      assert.equal(await text(`${query}&fmt=2`), xml)
      assert.equal(await text(`${query}&fmt=3`), `{\n"error": "${description}",\n"error_code": ${number}\n}`)
    })
  }

  test('error 9: the fourth identical request within a minute, the 31st for the history within an hour, the 101st for an operator', async () => {
    await scene().open({ login: 'busy', balance: '10', limited: true })
    const busy = 'login=busy&psw=secret&fmt=1'
    const ask = (query: string): Promise<string> => text(`${query}&${busy}`)
    for (const [query, answer] of [
      ['/sys/get.php?get_answers=1&hour=1', ''],
      ['/sys/get.php?get_messages=1&cnt=1', '0,-3'],
      ['/sys/info.php?get_operator=1&phone=123', '0,-3'],
      ['/sys/tinyurls.php?get=1&id=145142', '0,-3'],
    ] as const) {
      for (let time = 1; time <= 3; time++) assert.equal(await ask(query), answer, `${query}, ${time}`)
      assert.equal(await ask(query), '0,-9', query)
    }
    for (let day = 1; day <= 3; day++)
      assert.match(await ask(`/sys/get.php?get_stat=1&start=0${day}.11.2026`), /^busy,0,0\.00,0\.00,/)
    assert.equal(await ask('/sys/get.php?get_stat=1&start=04.11.2026'), '0,-9')
    for (let count = 4; count <= 30; count++) assert.equal(await ask(`/sys/get.php?get_messages=1&cnt=${count}`), '0,-3')
    assert.equal(await ask('/sys/get.php?get_messages=1&cnt=31'), '0,-9')
    for (let count = 4; count <= 100; count++) await ask(`/sys/info.php?get_operator=1&phone=7916123${4000 + count}`)
    assert.equal(await ask('/sys/info.php?get_operator=1&phone=79161234567'), '0,-9')
  })

  test('old calls: sender names, and statistics of accounts that nobody has', async () => {
    const { id } = (await scene().centre.admin('POST', '/senders', { login: 'alex', sender: 'Shop' })) as { id: number }
    assert.equal(await text(`/sys/get.php?get_senders=1&${WHO}&fmt=3`), `[{\n"id": ${id},\n"sender": "Shop"\n}]`)
    await text(`/sys/senders.php?del=1&sender=Shop&${WHO}`)
    assert.equal(await text(`/sys/get.php?get_mega_accounts=1&account=1&${WHO}&fmt=1`), '0,-3')
  })
}

/** The rows of a list, once more. */
function twice(one: string, fmt: 0 | 1 | 2 | 3): string {
  if (fmt === 3) return one.replace(/\[(.*)\]/, '[$1,~$1]')
  return fmt === 2 ? one.replace(/(<sms>.*<\/sms>)/, '$1~$1') : `${one}~${one}`
}
