import { after, before, describe } from 'node:test'
import { idOfTime } from '../../src/domain/message-id.ts'
import { type Centre, NO_LIMITS, startCentre } from '../support/centre.ts'
import { askAsPage } from '../support/page-requests.ts'
import { story } from '../support/story.ts'

/** Pages whose requests are typed, in their order, at one sandbox: its demo account has sent a message, and been written to. */
const PAGES = ['get', 'info', 'get-mnp'].flatMap((name) => [`docs/api/${name}.md`, `docs/api/${name}.ru.md`])

describe('the pages of docs/api/', () => {
  let centre: Centre
  before(async () => {
    centre = await startCentre({ mode: 'sandbox', database: 'test' })
    await centre.admin('PATCH', '/accounts/demo/limits', NO_LIMITS)
    const demo = centre.customer('demo', 'demo')
    const id = await demo.sent({ phones: '79161234567', mes: 'Hello' })
    await demo.sees(1, '79161234567', id)
    await centre.query(
      `insert into incoming (id, carrier_id, account_id, sender, recipient, body, at)
       select $1, 1, id, '79161234567', '79990000001', 'Да, приду', $2 from accounts where login = 'demo'`,
      [idOfTime(Date.now()), Date.now()],
    )
  })
  after(() => centre?.stop())

  for (const page of PAGES) story(`every request of ${page} is answered as it says`, () => askAsPage(page, centre))
})
