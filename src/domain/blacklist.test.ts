import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { draftBlacklist } from './blacklist.ts'
import type { BlacklistType } from './contact.ts'

// type, a mailing is barred, a single message is
const types: [type: BlacklistType, mailing: boolean, single: boolean][] = [
  [0, true, true],
  [1, true, false],
  [2, false, true],
]
for (const [type, mailing, single] of types) {
  test(`type ${type} bars ${mailing ? 'mailings' : 'no mailing'} and ${single ? 'single messages' : 'no single message'}`, () => {
    const draft = draftBlacklist()
    for (const address of ['79161234567', 'ivan@example.com']) draft.add(address, type)
    const list = draft.finish()
    for (const address of ['79161234567', 'ivan@example.com', 'Ivan@Example.com']) {
      assert.equal(list.bars(address, true), mailing)
      assert.equal(list.bars(address, false), single)
    }
    for (const other of ['79161234568', '7916123456', 'ivan@example.org', '@ivan', ''])
      assert.equal(list.bars(other, true), false)
  })
}

test('whatever is put in and taken out, it bars what a map would', () => {
  const address = fc.oneof(
    fc.integer({ min: 1, max: 40 }).map((number) => String(79_160_000_000 + number)),
    fc.constantFrom('999999999999999', '1', '@name', 'a@b.ru', 'b@a.ru', ''),
  )
  const change = fc.tuple(address, fc.constantFrom<BlacklistType | undefined>(0, 1, 2, undefined))
  fc.assert(
    fc.property(fc.uniqueArray(address), fc.array(change, { maxLength: 200 }), fc.array(address), (first, changes, asked) => {
      const draft = draftBlacklist()
      for (const each of first) draft.add(each, 0)
      const list = draft.finish()
      const map = new Map<string, number>(first.map((each) => [each, 0]))
      for (const [each, type] of changes) {
        list.set(each, type)
        if (type === undefined) map.delete(each)
        else map.set(each, type)
      }
      assert.equal(list.size, map.size)
      for (const each of [...asked, ...first]) {
        const type = map.get(each)
        assert.equal(list.bars(each, true), type === 0 || type === 1, each)
        assert.equal(list.bars(each, false), type === 0 || type === 2, each)
      }
    }),
  )
})

test('a hundred thousand addresses are told apart', () => {
  const draft = draftBlacklist()
  for (let each = 0; each < 100_000; each++) draft.add(`user${each}@example.com`, 0)
  const list = draft.finish()
  for (let each = 0; each < 100_000; each++) {
    if (!list.bars(`user${each}@example.com`, false)) assert.fail(`user${each}`)
    if (list.bars(`user${each}@example.ru`, false)) assert.fail(`user${each} of another domain`)
  }
})
