import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchOrphan, type Orphan, type OrphanCandidate } from './orphan.ts'
import { NO_RECEIPT } from './receipt.ts'

const AT = 1_700_000_000_000
const orphanOf = (of: Partial<Orphan> = {}): Orphan => ({
  id: 1,
  carrierId: 1,
  ids: ['43210123'],
  stat: 'DELIVRD',
  err: '000',
  to: '79161234567',
  from: 'Shop',
  atMs: AT,
  ...of,
})
const messageOf = (of: Partial<OrphanCandidate> = {}): OrphanCandidate => ({
  id: 1,
  account: 'shop',
  recipient: '79161234567',
  sender: 'Shop',
  state: 0,
  err: 0,
  sentAtMs: AT - 5_000,
  carrierIds: ['9999'],
  ...of,
})

const hexOf = (id: string): string => BigInt(id).toString(16)
const CASES: readonly [what: string, orphan: Orphan, messages: OrphanCandidate[], found: string][] = [
  [
    'its id in another base, and its number',
    orphanOf(),
    [messageOf({ carrierIds: [hexOf('43210123')] })],
    '1/1 certain by id+number',
  ],
  [
    'the second part’s id with a tail',
    orphanOf({ ids: ['7788.0'] }),
    [messageOf({ carrierIds: ['7787', '7788'] })],
    '1/2 certain by id+number',
  ],
  [
    'addresses the other way round',
    orphanOf({ to: 'Shop', from: '79161234567' }),
    [messageOf({ carrierIds: [hexOf('43210123')] })],
    '1/1 certain by id+number',
  ],
  [
    'a receipt that names nobody',
    orphanOf({ to: '', from: '' }),
    [messageOf({ carrierIds: [hexOf('43210123')] })],
    '1/1 certain by id',
  ],
  [
    'a short id that names nobody',
    orphanOf({ to: '', from: '', ids: ['16'] }),
    [messageOf({ carrierIds: ['10'] })],
    '1/1 likely by id',
  ],
  [
    'one id that two messages have had',
    orphanOf(),
    [messageOf({ carrierIds: ['43210123.'], sentAtMs: AT - 9_000 }), messageOf({ id: 2, carrierIds: ['43210123.'] })],
    '2/1 likely by id+number 1/2',
  ],
  ['another id, but number and time', orphanOf(), [messageOf()], '1/0 likely by number'],
  [
    'the sender decides',
    orphanOf(),
    [messageOf({ sender: 'Bank', sentAtMs: AT - 1 }), messageOf({ id: 2 })],
    '2/0 likely by number',
  ],
  ['the last of several', orphanOf(), [messageOf(), messageOf({ id: 2, sentAtMs: AT - 1 })], '2/0 likely by number 1/2'],
  ['a message given up without a receipt', orphanOf(), [messageOf({ state: 20, err: NO_RECEIPT })], '1/0 likely by number'],
  ['a message that has its receipt', orphanOf(), [messageOf({ state: 1 })], 'nothing'],
  ['a message sent after it', orphanOf(), [messageOf({ sentAtMs: AT + 3_600_000 })], 'nothing'],
  ['a message never sent', orphanOf(), [messageOf({ sentAtMs: 0 })], 'nothing'],
  ['another number', orphanOf(), [messageOf({ recipient: '79160000000' })], 'nothing'],
  [
    'its id, but another number',
    orphanOf({ from: '' }),
    [messageOf({ carrierIds: ['43210123.1'], recipient: '79160000000' })],
    'nothing',
  ],
]

for (const [what, orphan, messages, found] of CASES) {
  test(`${what}: ${found}`, () => {
    const match = matchOrphan(orphan, messages)
    assert.equal(match ? `${match.message.id}/${match.part} ${match.sure} by ${match.because}` : 'nothing', found)
  })
}
