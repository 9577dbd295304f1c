import { statfsSync } from 'node:fs'
import { CannotStart } from '../cannot-start.ts'

/** What the server writes when it can't go on, and what we say of it. */
const CAUSES: readonly (readonly [pattern: RegExp, advice: (folder: string) => string])[] = [
  [/No space left on device|Disk quota exceeded/i, (folder) => `the disk of ${folder} is too full${freeMegabytes(folder)}`],
  [/Read-only file system/i, (folder) => `${folder} is on a read-only file system`],
  [
    /has wrong ownership|has invalid permissions/i,
    (folder) =>
      `${folder} belongs to another user, or others may enter it: chown it to the user who runs Heliogram and chmod 700`,
  ],
  [/Permission denied|Operation not permitted/i, (folder) => `the server's user may not use ${folder} or a file in it`],
  [/database files are incompatible with server/i, (folder) => `${folder} was made by another version of PostgreSQL`],
  [/pre-existing shared memory block/i, (folder) => `processes of an earlier server still use ${folder}`],
  [
    /Address already in use|lock file ".*" already exists/i,
    (folder) => `another program holds the socket or port of the server in ${folder}`,
  ],
  [
    /could not create shared memory|could not map anonymous shared memory|Cannot allocate memory/i,
    () => 'there is not enough memory (256 MB are shared)',
  ],
  [
    /could not find own program executable|error while loading shared libraries/i,
    () => 'its binaries are incomplete: run npm ci again',
  ],
]

function freeMegabytes(folder: string): string {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return ` (${Math.floor((bavail * bsize) / 1_000_000)} MB free)`
  } catch {
    return ''
  }
}

/** Turns what initdb or the server wrote into one line that says what to do. */
export function diagnose(written: string, folder: string): CannotStart {
  const known = CAUSES.find(([pattern]) => pattern.test(written))
  return new CannotStart(`The bundled PostgreSQL cannot start: ${known ? known[1](folder) : lastComplaint(written)}`)
}

function lastComplaint(written: string): string {
  const lines = written.split('\n').filter((line) => line.trim() !== '')
  const complaint = lines.findLast((line) => /FATAL|PANIC|error/i.test(line)) ?? lines.at(-1) ?? 'it ended without a word'
  return complaint.replace(/^.*?(FATAL|PANIC):\s*/, '').trim()
}
