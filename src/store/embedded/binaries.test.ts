import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { temporaryFolder } from '../../../test/support/cluster.ts'
import { CannotStart } from '../cannot-start.ts'
import { findBinaries } from './binaries.ts'

const scratch = temporaryFolder('binaries-')
const native = join(scratch, 'package/native')
const isRoot = process.geteuid?.() === 0
const stranger = { uid: 63_799, gid: 63_799 }

before(async () => {
  // The package as npm leaves it when install scripts are off: without the links between its libraries.
  const { postgres } = await findBinaries(scratch, undefined)
  const installed = dirname(dirname(postgres))
  const plain = (path: string) => !lstatSync(path).isSymbolicLink() && !path.endsWith('.a')
  cpSync(installed, native, { recursive: true, filter: plain })
  cpSync(join(installed, '../package.json'), join(native, '../package.json'))
})
after(() => rmSync(scratch, { recursive: true, force: true }))

const version = (postgres: string) => execFileSync(postgres, ['--version'], { encoding: 'utf8', cwd: '/' })

test('an install without scripts is completed', { skip: process.platform === 'win32' }, async () => {
  assert.throws(() => execFileSync(join(native, 'bin/postgres'), ['--version'], { stdio: 'ignore' }), 'as it came it cannot run')
  const { postgres } = await findBinaries(scratch, undefined, native)
  assert.equal(postgres, join(native, 'bin/postgres'))
  assert.match(version(postgres), /PostgreSQL\) 18/)
})

test('binaries out of the server user’s reach are copied to where they can be run', {
  skip: isRoot ? false : 'not root',
}, async () => {
  chmodSync(scratch, 0o700)
  const place = join(temporaryFolder('place-'), 'cache')
  chmodSync(dirname(place), 0o755)
  try {
    const first = await findBinaries(scratch, stranger, native, [place])
    assert.ok(first.postgres.startsWith(place))
    assert.match(version(first.postgres), /PostgreSQL\) 18/)
    assert.deepEqual(await findBinaries(scratch, stranger, native, [place]), first, 'once')
  } finally {
    rmSync(dirname(place), { recursive: true })
  }
})

test('where nothing helps, one line says what is wrong', { skip: isRoot ? false : 'not root' }, async () => {
  chmodSync(scratch, 0o700)
  const closed = join(scratch, 'closed')
  mkdirSync(closed, { recursive: true })
  await assert.rejects(findBinaries(scratch, stranger, native, [closed]), (error) => {
    assert.ok(error instanceof CannotStart)
    assert.match(error.message, /^The bundled PostgreSQL does not run here \(.*EACCES.*\): set DATABASE_URL/)
    return true
  })
  assert.ok(existsSync(closed))
})
