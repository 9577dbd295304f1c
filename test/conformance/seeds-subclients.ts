import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Scene } from './scene.ts'
import { skeleton } from './seeds-data.ts'

const HOST = 'https://smscentre.com'

/**
 * The page with examples of sub-clients. The last three addresses end behind `get_stat=1` there; what they ask for is said above each,
 * and written out here.
 */
const ADD = `${HOST}/sys/users.php?add=1&login=alex&psw=123&user=mylogin&password=mypassword&phone=79999999999&fl[29]=1`
const CHANGE = `${HOST}/sys/users.php?chg=1&login=alex&psw=123&user=mylogin&password=mypassword&new_login=mylogin2&type=2&fmts=7,-77`
const STATISTICS: Readonly<Record<string, string>> = {
  'sub-clients that share the balance, the electronic one': `${HOST}/sys/users.php?get_stat=1&login=alex&psw=123&balance2=1`,
  'the sub-client sub_alex': `${HOST}/sys/users.php?get_stat=1&login=alex&psw=123&user=sub_alex`,
  'independent sub-clients, in the currency of the main account': `${HOST}/sys/users.php?get_stat=1&login=alex&psw=123&reseller=1&mycur=1&start=01.01.2014&end=01.02.2014`,
}

/** One row; LF as ~. */
const FORMATS = {
  add: ['ID = «id»', '«id»', '<user>~<id>«id»</id>~</user>', '{~"id": «id»~}'],
  chg: ['OK', 'OK', '<result>OK</result>', '{~"result": "OK"~}'],
  get_stat: [
    'login = «login», sms = «cnt», credit = «credit», debit = «debit», currency = «currency»',
    '«login»,«cnt»,«credit»,«debit»,«currency»',
    '<list>~<stat>~<login>«login»</login>~<sms>«cnt»</sms>~<credit>«credit»</credit>~<debit>«debit»</debit>~<currency>«currency»</currency>~</stat>~</list>',
    '[{~"login": "«s»",~"sms": "«s»",~"credit": "«s»",~"debit": "«s»",~"currency": "«s»"~}]',
  ],
} as const

export function tellSeedsSubclients(scene: () => Scene): void {
  const ask = async (url: string): Promise<string> => (await scene().ask(url.slice(HOST.length))).text

  before(async () => {
    await scene().alex()
    await scene().centre.admin('POST', '/accounts', { login: 'sub_alex', password: 'sub_alex-secret', parent: 'alex' })
  })

  describe('Examples of actions with the subclient', () => {
    test(ADD, async () => assert.match(await ask(ADD), skeleton(FORMATS.add[0])))
    test(CHANGE, async () => assert.match(await ask(CHANGE), skeleton(FORMATS.chg[0])))

    for (const [claim, url] of Object.entries(STATISTICS))
      for (const fmt of [0, 1, 2, 3] as const)
        test(`${claim}: ${url}&fmt=${fmt}`, async () => {
          const answer = await ask(`${url}&fmt=${fmt}`)
          assert.match(answer, skeleton(FORMATS.get_stat[fmt]))
          assert.match(answer, claim.includes('share') ? /mylogin2/ : /sub_alex/)
        })

    // The two that change something once more, each format with a sub-client of its own.
    for (const fmt of [1, 2, 3] as const)
      test(`add and chg with fmt=${fmt}`, async () => {
        const other = (url: string): string => `${url.replaceAll('mylogin', `mylogin${fmt}0`)}&fmt=${fmt}`
        assert.match(await ask(other(ADD)), skeleton(FORMATS.add[fmt]))
        assert.match(await ask(other(CHANGE)), skeleton(FORMATS.chg[fmt]))
      })

    test('more than three requests a minute to add one, or to change the same one, are error 9', async () => {
      const who = await scene().open({ login: 'reseller', balance: '0', limited: true })
      const users = (parameters: string) => ask(`${HOST}/sys/users.php?${who}&fmt=1&${parameters}`)
      for (const nth of [1, 2, 3]) assert.match(await users(`add=1&user=own${nth}&password=mypassword`), /^\d+$/)
      assert.equal(await users('add=1&user=own4&password=mypassword'), '0,-9')
      for (const nth of [1, 2, 3]) assert.equal(await users(`chg=1&user=own1&dlim=${nth}`), 'OK')
      assert.equal(await users('chg=1&user=own1&dlim=4'), '0,-9')
      assert.equal(await users('chg=1&user=own2&dlim=4'), 'OK')
    })
  })
}
