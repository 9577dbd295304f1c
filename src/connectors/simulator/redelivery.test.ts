import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRedelivery } from './redelivery.ts'

function watched() {
  const handed: string[] = []
  const acknowledgements = new Map<string, () => void>()
  const redelivery = createRedelivery<string>((items, acknowledge) => {
    const name = items.join('')
    handed.push(name)
    acknowledgements.set(name, acknowledge)
  })
  return { handed, redelivery, acknowledge: (name: string) => acknowledgements.get(name)?.() }
}

test('what is not acknowledged comes again when its time has come, oldest first, and so on', () => {
  const { handed, redelivery } = watched()
  redelivery.deliver(['a', 'b'], 0)
  redelivery.deliver(['c'], 5)
  redelivery.repeat(9, 10)
  assert.deepEqual(handed, ['ab', 'c'])
  redelivery.repeat(10, 10)
  assert.deepEqual(handed, ['ab', 'c', 'ab'])
  redelivery.repeat(15, 10)
  assert.deepEqual(handed, ['ab', 'c', 'ab', 'c'])
  redelivery.repeat(20, 10)
  assert.deepEqual(handed, ['ab', 'c', 'ab', 'c', 'ab'])
  assert.equal(redelivery.owed, 3)
})

test('what is acknowledged does not come again; to acknowledge it twice changes nothing', () => {
  const { handed, redelivery, acknowledge } = watched()
  redelivery.deliver(['a'], 0)
  redelivery.deliver(['b', 'c'], 0)
  acknowledge('a')
  acknowledge('a')
  assert.equal(redelivery.owed, 2)
  redelivery.repeat(100, 10)
  assert.deepEqual(handed, ['a', 'bc', 'bc'])
})
