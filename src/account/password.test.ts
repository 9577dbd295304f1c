import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { Refusal } from '../domain/refusal.ts'
import { createPasswordCheck, formsOf, hashPassword, makePassword, passwordProblem } from './password.ts'

const md5 = hash('md5', 'secret 1')
const sha1 = hash('sha1', 'secret 1')

test('a password is known by itself, its MD5 and its SHA-1, and by nothing else', async () => {
  const isPassword = createPasswordCheck()
  const stored = { ...(await hashPassword('secret 1', true)), smpp: null }
  for (const psw of ['secret 1', md5, sha1, md5.toUpperCase(), sha1.toUpperCase()]) assert.ok(await isPassword(psw, stored), psw)
  for (const psw of ['secret 2', 'SECRET 1', hash('md5', md5), hash('sha256', 'secret 1'), '']) {
    assert.ok(!(await isPassword(psw, stored)), psw)
  }
  assert.ok(!(await isPassword('secret 1', undefined)), 'nobody has no password')
})

test('nothing of a password can be read from what is stored', async () => {
  const stored = await hashPassword('secret 1', true)
  for (const form of Object.values(stored)) {
    assert.match(form ?? '', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    assert.ok(!form?.includes(md5) && !form?.includes(sha1))
  }
  assert.notEqual(stored.plain, (await hashPassword('secret 1', true)).plain, 'each has a salt of its own')
})

test('with hash sign-in switched off only the password itself is one', async () => {
  const isPassword = createPasswordCheck()
  const stored = { ...(await hashPassword('secret 1', false)), smpp: null }
  assert.ok(await isPassword('secret 1', stored))
  assert.ok(!(await isPassword(md5, stored)))
  assert.ok(!(await isPassword(sha1, stored)))
})

test('a password that looks like a digest is still a password', async () => {
  const isPassword = createPasswordCheck()
  assert.ok(await isPassword(md5, { ...(await hashPassword(md5, true)), smpp: null }))
})

test('as many slow hashes are computed for nobody as for somebody', async () => {
  for (const psw of ['plain', md5, sha1]) {
    const counts = []
    for (const stored of [
      undefined,
      { plain: 'p', md5: 'm', sha1: 's', smpp: null },
      { plain: 'p', md5: null, sha1: null, smpp: null },
    ]) {
      let count = 0
      const isPassword = createPasswordCheck(async () => {
        count += 1
        return false
      })
      await isPassword(psw, stored)
      counts.push(count)
    }
    assert.deepEqual(counts, Array(3).fill(formsOf(psw, false).length))
  }
})

test('two slow hashes at once, five hundred wait, the rest is turned away', async () => {
  let underWay = 0
  let most = 0
  const open: (() => void)[] = []
  const isPassword = createPasswordCheck(async () => {
    most = Math.max(most, ++underWay)
    await new Promise<void>((resolve) => open.push(resolve))
    underWay -= 1
    return false
  })
  const stored = { plain: 'p', md5: null, sha1: null, smpp: null }
  const outcomes = Array.from({ length: 600 }, () =>
    isPassword('x', stored).then(
      () => 'checked',
      (error) => (error instanceof Refusal ? error.code : String(error)),
    ),
  )
  let answered = 0
  const all = Promise.all(outcomes.map((outcome) => outcome.finally(() => (answered += 1))))
  while (answered < outcomes.length) {
    open.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const got = await all
  assert.equal(most, 2)
  assert.equal(got.filter((outcome) => outcome === 'checked').length, 502)
  assert.equal(got.filter((outcome) => outcome === 'too_many_requests').length, 98)
})

test('the SMPP access password opens binds only', async () => {
  const isPassword = createPasswordCheck()
  const { plain } = await hashPassword('short', false)
  const stored = { ...(await hashPassword('long password', false)), smpp: plain }
  assert.ok(await isPassword('short', stored, true))
  assert.ok(await isPassword('long password', stored, true))
  assert.ok(!(await isPassword('short', stored)))
})

test('made passwords have the length asked for and differ', () => {
  assert.match(makePassword(8), /^[a-zA-Z2-9]{8}$/)
  assert.notEqual(makePassword(8), makePassword(8))
})

test('a password that two charsets would hash differently is refused', () => {
  assert.equal(passwordProblem('пароль') !== undefined, true)
  assert.equal(passwordProblem('') !== undefined, true)
  assert.equal(passwordProblem('x'.repeat(129)) !== undefined, true)
  assert.equal(passwordProblem('123'), undefined)
})
