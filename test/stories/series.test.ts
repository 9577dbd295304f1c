import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import { type Centre, startCentre } from '../support/centre.ts'
import { story } from '../support/story.ts'

describe('a series of messages to one number', () => {
  let centre: Centre
  before(async () => {
    centre = await startCentre({ mode: 'sandbox', database: 'test' })
  })
  after(() => centre?.stop())

  story('with a limit, what is over it costs nothing and says why; other numbers go on', async () => {
    await centre.account('shop', 100)
    const { code } = await centre.cli('account', 'limits', 'shop', '--subscriber', '2')
    assert.equal(code, 0)
    const send = async (phone: string, n: number) =>
      (await centre.get(`/sys/send.php?login=shop&psw=shop-secret&fmt=1&phones=${phone}&mes=code${n}&id=${n}`)).text()
    assert.match(await send('79161234567', 1), /^1,1$/)
    assert.match(await send('79161234567', 2), /^2,1$/)
    assert.match(await send('79161234567', 3), /^3,-6$/)
    assert.match(await send('79161234568', 4), /^4,1$/)
    const status = await centre.get('/sys/status.php?login=shop&psw=shop-secret&fmt=3&phone=79161234567&id=3')
    const row = (await status.json()) as { status: number; err: number }
    assert.deepEqual([row.status, row.err], [23, 251])
    const [account] = await centre.query<{ balance: string }>("select balance::text from accounts where login = 'shop'")
    assert.equal(account?.balance, '97000000')
  })
})
