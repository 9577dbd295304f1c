import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AdminClient } from './admin-client.ts'
import { smppCommands } from './commands/smpp.ts'
import { parseLine } from './parse.ts'

const SESSION = {
  ...{ id: 123456, login: 'a-customer-with-a-long-name', bind: 'transceiver', version: '3.4', state: 'bound', tls: true },
  ...{ ip: '2001:db8:85a3::8a2e:370:7334', since: '2026-11-22T10:41:02.000Z', unanswered: 2000, unanswered_most: 2000 },
  ...{ rate: 99_999.9, accepted: 123_456_789, refused: { '0x00000058': 12_345_678, '0x0000000b': 1 } },
  ...{ delivering: 10_000, delivered: 123_456_789, undelivered: 12, last_error: null },
}
const NOBODY = { node: 1, other_nodes: [], sessions: [], owed: [], refused_binds: [] }

/** What `heliogram smpp sessions` says when the centre answers so. */
async function sessions(answer: object): Promise<string> {
  const [command] = smppCommands
  const centre: AdminClient = {
    url: '',
    request: async () => ({ ...NOBODY, ...answer }),
    file: async () => new Uint8Array(),
  }
  assert.ok(command?.ask)
  const { text } = await command.ask(centre, parseLine(command, []), () => {})
  for (const line of text.split('\n')) assert.ok(line.length <= 100, `${line.length} columns: ${line}`)
  return text
}

test('the busiest session fits into 100 columns', async () => {
  const [headings, row] = (await sessions({ sessions: [SESSION] })).split('\n')
  assert.match(headings ?? '', /^ +ID +LOGIN +BIND +ADDRESS +SINCE/)
  assert.match(row ?? '', /^123456 /)
})

test('what is wrong with a session stands in a sentence below', async () => {
  const text = await sessions({
    sessions: [
      {
        ...SESSION,
        id: 1,
        state: 'held',
        last_error: { at: '2026-11-22T10:44:51.000Z', says: 'submit_sm: ESME_RTHROTTLED (0x58)' },
      },
      { ...SESSION, id: 2, state: 'leaving' },
      { ...SESSION, id: 3, login: null, bind: null, state: 'not bound' },
    ],
  })
  assert.match(text, /^Session 1 is held: what it sends is not read while /m)
  assert.match(text, /^Session 1, last error, 10:44:51 UTC: submit_sm: ESME_RTHROTTLED \(0x58\)\.$/m)
  assert.match(text, /^Session 2 is about to end\.$/m)
  assert.match(text, /^One connection has not bound yet\.$/m)
})

test('one node says which others have sessions of their own', async () => {
  assert.match(
    await sessions({ other_nodes: [2, 5] }),
    /This is node 1\. What customers have with node 2, 5 is asked there: set HELIOGRAM_URL\./,
  )
  assert.doesNotMatch(await sessions({}), /node/)
})

test('what customers are owed is told, and what strangers write speaks to no terminal', async () => {
  const text = await sessions({
    owed: [
      { login: 'shop', waiting: 41, since: '2026-11-22T08:12:40.000Z', going: 5 },
      { login: 'bank', waiting: 1, since: '2026-11-22T08:12:40.000Z', going: 0 },
    ],
    refused_binds: [
      { login: '\x1b[2Jroot', ip: '198.51.100.4', why: 'there is no such login', times: 1, last: '2026-11-22T10:43:10.000Z' },
    ],
  })
  assert.match(
    text,
    /^5 deliveries for shop are under way here, or next\.\n41 deliveries for shop wait, the first since 2026-11-22 08:12:40\.$/m,
  )
  assert.match(text, /^One delivery for bank waits, /m)
  assert.match(text, /^\[2Jroot could not bind from 198\.51\.100\.4, once, last 2026-11-22 10:43:10: there is no such$/m)
})
