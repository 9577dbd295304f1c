import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALEX } from '../../test/support/http-api.ts'
import type { Channel } from '../domain/channel.ts'
import { namesGroup, type ReadMembers, withGroups } from './group-recipients.ts'
import type { Accepted, Line, SendRequest } from './request.ts'

const line = (phones: string): Line => ({ phones: phones.split(' '), text: phones, comment: '', sender: undefined, dueAtMs: 0 })
const request = (lines: readonly Line[], channel: Channel = 'sms'): SendRequest => ({
  ...{ account: ALEX, channel, lines, sender: undefined, ref: undefined, octets: undefined, dcs: undefined, pid: 0, translit: 0 },
  ...{ shortenLinks: false, partsMax: 0, validityMs: 0, spread: undefined, bot: undefined, hash: 0n },
})

/** Takes a request with these lines; resolves with the lines that got through, and what was asked of the groups. */
async function taken(lines: readonly string[], groups: Readonly<Record<number, readonly string[]>>, channel?: Channel) {
  const asked: Parameters<ReadMembers>[1][] = []
  const requests: SendRequest[] = []
  const take = async (each: SendRequest) => {
    requests.push(each)
    return {} as Accepted
  }
  const path = withGroups({ accept: take, estimate: take }, async (_, question) => {
    asked.push(question)
    return new Map(Object.entries(groups).map(([number, members]) => [Number(number), members]))
  })
  await path.accept(request(lines.map(line), channel))
  await path.estimate(request(lines.map(line), channel))
  assert.deepEqual(requests[0], requests[1])
  return { asked: asked[0], lines: requests[0]?.lines.map(({ phones }) => phones.join(' ')), mailing: requests[0]?.mailing }
}

test('a group becomes its numbers, where it stood, and the request part of a mailing', async () => {
  const { lines, asked, mailing } = await taken(['79161234567 G1 g2', 'G1'], { 1: ['a', 'b'], 2: ['c'] })
  assert.deepEqual(lines, ['79161234567 a b c', 'a b'])
  assert.deepEqual(asked, { groups: [1, 2], mail: false, most: 199_999 })
  assert.equal(mailing, true)
})

test('numbers of a group are as they were read: nobody else gets the text', async () => {
  assert.deepEqual((await taken(['G1'], { 1: ['9607712345', 'a@b.ru'] })).lines, ['+9607712345 a@b.ru'])
})

test('an unknown group stays a recipient that nothing can be sent to', async () => {
  assert.deepEqual((await taken(['79161234567 G9'], {})).lines, ['79161234567 G9'])
})

test('a mail goes to the addresses of a group', async () => {
  assert.equal((await taken(['G1'], { 1: ['a@b.ru'] }, 'mail')).asked?.mail, true)
})

test('a request without groups is taken as it is, and nobody is asked', async () => {
  const { asked, mailing } = await taken(['79161234567 gosha@example.com Gleb G1234567890 @G1'], {})
  assert.equal(asked, undefined)
  assert.equal(mailing, undefined)
})

test('groups are told from names', () => {
  for (const phones of ['G1', '79161234567 g12', 'G999999999']) assert.ok(namesGroup(line(phones)), phones)
  for (const phones of ['G', 'G1x', 'W1', '1G', 'G 1', '']) assert.ok(!namesGroup({ ...line(''), phones: [phones] }), phones)
})
