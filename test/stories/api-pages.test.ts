import { describe } from 'node:test'
import { idOfTime, monthOf } from '../../src/domain/message-id.ts'
import { type Centre, NO_LIMITS, startCentre } from '../support/centre.ts'
import { askAsPage } from '../support/page-requests.ts'
import { story } from '../support/story.ts'

const RENTABLE = { number: '79990000001', price: '300' }

/** Its demo account has sent a message, and been written to. */
async function withTraffic(centre: Centre): Promise<void> {
  await centre.admin('PATCH', '/accounts/demo/limits', NO_LIMITS)
  const demo = centre.customer('demo', 'demo')
  const id = await demo.sent({ phones: '79161234567', mes: 'Hello' })
  await demo.sees(1, '79161234567', id)
  await centre.query(
    `insert into incoming (id, carrier_id, account_id, sender, recipient, body, at)
     select $1, 1, id, '79161234567', '79990000001', 'Да, приду', $2 from accounts where login = 'demo'`,
    [idOfTime(Date.now()), Date.now()],
  )
}
/** As somebody's who has made links for long. */
async function withLinks(centre: Centre): Promise<void> {
  await centre.admin('PATCH', '/accounts/demo/limits', NO_LIMITS)
  await centre.query(
    `insert into short_links (id, code, account_id, url, clicks) select 145142, '1aB2c3D', id, 'https://mywebsite.ru/', 3 from accounts where login = 'demo'`,
  )
  await centre.query(
    'insert into clicks (link_id, at, machine, visitor) select 145142, $1, false, int4send(n) from generate_series(1, 3) n',
    [Date.now()],
  )
  await centre.admin('POST', '/numbers', RENTABLE)
}
/** As somebody's who has asked for a file, and has it; where subscribers can call numbers. */
async function withFileAndNumbers(centre: Centre): Promise<void> {
  await centre.query(`insert into numbers (number, calls) select 78000000000 + n, true from generate_series(1, 3) n`)
  await centre.query(
    `with made as (
       insert into exports (account_id, format, charset, offset_min, from_id, to_id, mail, recipients, state, attempt, size, created_at, expires_at)
       select id, 'csv', 'utf-8', 180, 0, 0, false, '{}', 1, 1, 37, $1, $2 from accounts where login = 'demo' returning id
     ) insert into export_chunks select id, 1, 0, convert_to(E'phone;message\\r\\n79161234567;Hello\\r\\n...', 'UTF8') from made`,
    [Date.UTC(2026, 10, 22, 9), Date.now() + 86_400_000],
  )
}
/** With a sub-client whose October is closed, and a group that is told of failures. */
async function withPapers(centre: Centre): Promise<void> {
  await withoutLimits(centre)
  await centre.admin('POST', '/accounts', { login: 'shop', password: 'shop-secret', parent: 'demo', type: 0 })
  const { from, to } = monthOf(Date.UTC(2026, 9, 1))
  await centre.query(
    `insert into closings (account_id, purse, from_id, until_id, charges_posted, charged, refunded, messages)
     select id, 1, $1, $2, 120000000, 120000000, 0, 120 from accounts where login = 'shop'`,
    [from, to],
  )
  const texts = { name: 'Web', failure: '{NAME} is down: {INFO}', recovery: '{NAME} works' }
  await centre.admin('POST', '/accounts/demo/notify-groups', { ...texts, contacts: ['79161234567'] })
}
const withTrafficAndFile = async (centre: Centre): Promise<void> => {
  await withTraffic(centre)
  await withFileAndNumbers(centre)
}
const withoutLimits = (centre: Centre): Promise<unknown> => centre.admin('PATCH', '/accounts/demo/limits', NO_LIMITS)
const unused = async (): Promise<void> => {}

/**
 * Pages whose requests are typed into a sandbox, one after the other; what they create has number 1 where nobody has used it. A sandbox
 * takes seconds to start, so pages share one where neither sees what the other does: of those that send messages it has one, but for
 * send.ru.md, which goes on counting where send.md has stopped.
 */
const SANDBOXES: readonly [pages: readonly string[], prepare: (centre: Centre) => Promise<unknown>][] = [
  [
    [
      'status.md',
      'status.ru.md',
      'get.md',
      'get.ru.md',
      'info.md',
      'info.ru.md',
      'get-mnp.md',
      'get-mnp.ru.md',
      'downloads.md',
      'downloads.ru.md',
      'wait-call.md',
      'wait-call.ru.md',
    ],
    withTrafficAndFile,
  ],
  [['tinyurls.md', 'phones.md', 'senders.md', 'receive-phones.md'], withLinks],
  [['tinyurls.ru.md', 'phones.ru.md', 'senders.ru.md', 'receive-phones.ru.md'], withLinks],
  [['balance.md', 'users.md', 'templates.md'], unused],
  [['balance.ru.md', 'users.ru.md', 'templates.ru.md'], unused],
  [['send.md', 'send.ru.md', 'documents.md', 'documents.ru.md', 'ping.md', 'ping.ru.md'], withPapers],
  [['op-templates.md', 'jobs.md'], withoutLimits],
  [['op-templates.ru.md', 'jobs.ru.md'], withoutLimits],
]

describe('the pages of docs/api/', () => {
  for (const [pages, prepare] of SANDBOXES)
    story(`every request of ${pages.join(', ')} is answered as it says`, async () => {
      const centre = await startCentre({ mode: 'sandbox', database: 'test' })
      try {
        await prepare(centre)
        for (const page of pages) await askAsPage(`docs/api/${page}`, centre)
      } finally {
        await centre.stop()
      }
    })
})
