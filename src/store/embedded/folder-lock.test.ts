import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { CannotStart } from '../cannot-start.ts'
import { isLocked, lockFolder } from './folder-lock.ts'
import { startTimeOf } from './processes.ts'

const folder = mkdtempSync(join(tmpdir(), 'heliogram-test-lock-'))
after(() => rmSync(folder, { recursive: true }))
const lockOf = (holder: object) => writeFileSync(join(folder, 'lock'), JSON.stringify({ host: hostname(), ...holder }))

test('a folder has one user at a time, and is free when that one is done', async () => {
  const unlock = await lockFolder(folder)
  assert.equal(isLocked(folder), true)
  await assert.rejects(
    lockFolder(folder),
    (error) => error instanceof CannotStart && error.message.includes(`process ${process.pid}`),
  )
  unlock()
  assert.equal(isLocked(folder), false)
  assert.deepEqual(readdirSync(folder), [])
})

const dead: [claim: string, holder: object][] = [
  ['a process that is gone', { pid: 2 ** 22 + 1, startTime: 'x' }],
  ['a process whose id is now somebody else’s', { pid: process.pid, startTime: 'another time' }],
  ['nobody in particular', { pid: 'nonsense' }],
]
for (const [claim, holder] of dead) {
  test(`the lock of ${claim} is taken over`, async () => {
    lockOf(holder)
    const unlock = await lockFolder(folder)
    unlock()
  })
}

test('a half-written lock is taken over', async () => {
  writeFileSync(join(folder, 'lock'), '{"pid":')
  const unlock = await lockFolder(folder)
  unlock()
})

test('a holder on another host is alive while its lock is fresh', async () => {
  lockOf({ host: 'elsewhere', pid: process.pid, startTime: startTimeOf(process.pid) })
  assert.equal(isLocked(folder), true)
  const long = Date.now() / 1000 - 60
  utimesSync(join(folder, 'lock'), long, long)
  assert.equal(isLocked(folder), false)
  const unlock = await lockFolder(folder)
  unlock()
})
