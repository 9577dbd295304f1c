import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from './diagnose.ts'

// what PostgreSQL writes, and what we say of it
const cases: [written: string, said: RegExp][] = [
  ['PANIC:  could not write to file "pg_wal/xlogtemp.29": No space left on device', /the disk of \/data\/postgres is too full/],
  ['initdb: error: could not create directory "/data/postgres/base": Read-only file system', /read-only file system/],
  ['FATAL:  data directory "/data/postgres" has wrong ownership', /belongs to another user/],
  ['FATAL:  could not open file "global/pg_filenode.map": Permission denied', /may not use \/data\/postgres/],
  ['FATAL:  database files are incompatible with server', /another version/],
  ['FATAL:  could not bind IPv4 address "127.0.0.1": Address already in use', /holds the socket or port/],
  ['FATAL:  could not map anonymous shared memory: Cannot allocate memory', /not enough memory/],
  ['LOG:  starting\n2026-01-01 UTC [1] FATAL:  the moon is full\nLOG:  database system is shut down', /: the moon is full$/],
  ['', /without a word/],
]

for (const [written, said] of cases) {
  test(`${written.slice(0, 60) || 'silence'} is told in one line`, () => {
    const { message } = diagnose(written, '/data/postgres')
    assert.match(message, said)
    assert.doesNotMatch(message, /\n/)
  })
}
