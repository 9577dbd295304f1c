import { after, before, describe } from 'node:test'
import { type Centre, startCentre } from '../support/centre.ts'
import { runPage } from '../support/page-commands.ts'
import { story } from '../support/story.ts'

/** Pages whose commands are typed, in their order, into a sandbox of their own. */
const PAGES = [
  'accounts',
  'carrier-check',
  'documents',
  'guard',
  'incoming',
  'ledger',
  'mailings',
  'notifications',
  'notify-groups',
  'numbers',
  'orphan-receipts',
  'smpp',
  'tariffs',
  'smpp-operating',
  'smpp-receipts',
  'x-ray',
  'shaping',
  'routing',
  'senders',
  'templates',
  'delivery-control',
].map((name) => `docs/${name}.md`)

describe('the pages of docs/', () => {
  let centre: Centre
  before(async () => {
    centre = await startCentre({ mode: 'sandbox', database: 'test' })
    await centre.customer('demo', 'demo').sent({ phones: '79161234567', mes: 'Hello' }) // pages speak of its number 1
  })
  after(() => centre?.stop())

  for (const page of PAGES) story(`every command of ${page} works`, async () => void (await runPage(page, centre)))
})
