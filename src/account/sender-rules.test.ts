import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALEX } from '../../test/support/http-api.ts'
import type { Session } from '../store/session.ts'
import { createMaySendOf } from './sender-rules.ts'

/** An account with one name in use, one rejected. */
function store({ failing = 0 } = {}) {
  let asked = 0
  const session: Session = {
    run: async () => {
      asked += 1
      if (asked <= failing) throw new Error('the database is away')
      return [
        ['MyShop', 1],
        ['Bank', -1],
      ]
    },
  }
  return { session, asked: () => asked }
}

// centre, settings of the account, asked for, MyShop, Bank, Anything; undefined: any sender
const modes: [mode: 'free' | 'own' | 'registered', settings: Record<string, string | number>, may: boolean[] | undefined][] = [
  ['free', {}, undefined],
  ['free', { sender_names: 1 }, undefined],
  ['free', { sender_names: 1, senders_rejected: 1 }, [true, false, true]],
  ['own', {}, undefined],
  ['own', { sender_names: 1 }, [true, false, false]],
  ['registered', {}, [true, false, false]],
  ['registered', { senders: 'free' }, undefined],
  ['free', { senders: 'registered' }, [true, false, false]],
  ['registered', { senders: 'own' }, undefined],
  ['own', { senders: 'what is no rule' }, undefined],
]
for (const [mode, settings, may] of modes) {
  test(`${mode}, ${JSON.stringify(settings)}: ${may ? 'its names are asked for' : 'nothing is asked'}`, async () => {
    const { session, asked } = store()
    const maySend = await createMaySendOf(session, mode)({ ...ALEX, settings })
    assert.equal(asked(), may ? 1 : 0)
    assert.deepEqual(maySend && ['MyShop', 'Bank', 'Anything'].map(maySend), may)
  })
}

test('names are read once for what is known of an account, and at once from then on', async () => {
  const { session, asked } = store()
  const maySendOf = createMaySendOf(session, 'registered')
  const account = { ...ALEX }
  const [one, other] = await Promise.all([maySendOf(account), maySendOf(account)])
  assert.equal(one, other)
  assert.equal(maySendOf(account), one, 'no promise any more')
  assert.equal(asked(), 1)
  await maySendOf({ ...account, version: 2 })
  assert.equal(asked(), 2, 'and again when it changed')
})

test('a failure to read them is not kept', async () => {
  const { session } = store({ failing: 1 })
  const maySendOf = createMaySendOf(session, 'registered')
  const account = { ...ALEX }
  await assert.rejects(async () => maySendOf(account), /away/)
  assert.equal((await maySendOf(account))?.('MyShop'), true)
})
