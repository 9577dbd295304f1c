import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Scene } from './scene.ts'

const lines = (written: string): string => written.replaceAll('~', '\n')

/** The examples of the page about sub-clients as they are written there, and the calls of programs in use. */
export function tellUsers(scene: () => Scene): void {
  let who = ''
  before(async () => {
    who = await scene().alex()
    await scene().centre.admin('POST', '/accounts/alex/topup', { amount: '1000' })
  })
  const ask = async (parameters: string): Promise<string> =>
    (await scene().ask(`/sys/users.php?${parameters.replace('LOGIN', who)}`)).text

  test('a sub-client is created, and changed', async () => {
    assert.match(await ask('add=1&LOGIN&user=mylogin&password=mypassword&phone=79999999999&fl[29]=1'), /^ID = \d+$/)
    assert.equal(await ask('chg=1&LOGIN&user=mylogin&password=mypassword&new_login=mylogin2&type=2&fmts=7,-77'), 'OK')
    assert.equal(await ask('chg=1&LOGIN&user=mylogin&type=2'), 'ERROR = 6 (subclient not found)')
    const { settings, type } = JSON.parse(await ask('get=1&LOGIN&user=mylogin2&fmt=3')) as Record<string, unknown>
    assert.deepEqual([settings, type], [undefined, 2])
  })

  test('a program in use adds a sub-client with parameters that mean nothing there, and a bare flag', async () => {
    const answer = await ask(
      'add=1&LOGIN&user=sub_alex&password=p-p-p-p-p&email=e@example.com&phone=79161234567&reseller=1&op=1&type=0&tariff=0&mintrf=0&fl2[24]=1&sender=S&fl[29]&fmt=3',
    )
    assert.match(answer, /^\{\n"id": \d+\n\}$/)
    const all = JSON.parse(await ask('get=1&LOGIN&user=sub_alex&fmt=3')) as Record<string, unknown>
    assert.deepEqual([all['fl[29]'], all['fl2[24]'], all.sender, all.mintrf, all.curr], [1, 1, 'S', 0, 1])
  })

  test('money is moved, and says so in every format', async () => {
    assert.equal(await ask('pay=1&LOGIN&user=sub_alex&sum=100'), 'OK')
    assert.equal(await ask('pay=1&LOGIN&user=sub_alex&sum=-1&fmt=1'), 'OK')
    assert.equal(await ask('pay=1&LOGIN&user=sub_alex&sum=1&fmt=2'), '<result>OK</result>')
    assert.equal(await ask('pay=1&LOGIN&user=sub_alex&sum=1&fmt=3'), lines('{~"result": "OK"~}'))
    assert.equal(
      await ask('pay=1&LOGIN&user=sub_alex&sum=100&balance2=1&fmt=3'),
      lines('{~"error": "no money",~"error_code": 10~}'),
    )
    assert.equal(await ask('pay=1&LOGIN&user=mylogin2&sum=100&fmt=1'), '0,-7')
  })

  // parameters, answer
  const reports: [parameters: string, answer: string][] = [
    ['get_stat=1&LOGIN&balance2=1', 'login = mylogin2, sms = 0, credit = 0.00, debit = 0.00, currency = RUR'],
    ['get_stat=1&LOGIN&user=sub_alex', 'login = sub_alex, sms = 0, credit = 102.00, debit = 0.00, currency = RUR'],
    [
      'get_stat=1&LOGIN&reseller=1&mycur=1&start=01.01.2014&end=01.02.2014',
      'login = sub_alex, sms = 0, credit = 0.00, debit = 0.00, currency = RUR',
    ],
    ['get_stat=1&LOGIN&reseller=1&fmt=1', 'sub_alex,0,102.00,0.00,RUR'],
    [
      'get_stat=1&LOGIN&reseller=1&fmt=2',
      '<list>~<stat>~<login>sub_alex</login>~<sms>0</sms>~<credit>102.00</credit>~<debit>0.00</debit>~<currency>RUR</currency>~</stat>~</list>',
    ],
    [
      'get_stat=1&LOGIN&reseller=1&fmt=3',
      '[{~"login": "sub_alex",~"sms": "0",~"credit": "102.00",~"debit": "0.00",~"currency": "RUR"~}]',
    ],
    ['get_stat_all=1&LOGIN&reseller=1&fmt=1', 'sub_alex,DAY,0,102.00,0.00,RUR'],
    ['get_stat_all=1&LOGIN&fmt=3', '{~"error": "record not found",~"error_code": 3~}'],
    ['get_stat=1&LOGIN&user=nobody', 'ERROR = 6 (subclient not found)'],
  ]
  for (const [parameters, answer] of reports) {
    test(parameters, async () => {
      const told = (await ask(parameters)).replace(/^<\?xml.*\n/, '').replace(/\d\d\.\d\d\.\d{4}/, 'DAY')
      assert.equal(told, lines(answer))
    })
  }
}
