import { createHash } from 'node:crypto'
import { chmodSync, chownSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CannotStart } from '../cannot-start.ts'
import type { ServerUser } from './server-user.ts'

/** The number is only part of the socket's name. */
export const SOCKET_PORT = 5432

// sun_path holds 108 bytes on Linux and 104 on macOS, with the closing NUL.
const PATH_BYTES_MAX = 103

const fits = (folder: string): boolean => Buffer.byteLength(join(folder, `.s.PGSQL.${SOCKET_PORT}`)) <= PATH_BYTES_MAX

/**
 * The private folder (0700) of the server's Unix socket: the database folder itself, or, where its path is too
 * long for a socket, one of a short name among the temporary files.
 */
export function socketFolderFor(folder: string, user: ServerUser | undefined): string {
  if (fits(folder)) return folder
  const name = `heliogram-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`
  // A root's TMPDIR may be out of the server's reach.
  const short = (user ? ['/tmp'] : [tmpdir(), '/tmp']).map((place) => join(place, name)).find(fits) ?? join('/tmp', name)
  try {
    mkdirSync(short, { mode: 0o700 })
    if (user) chownSync(short, user.uid, user.gid)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new CannotStart(`No folder for the database's socket: ${(error as Error).message}`)
  }
  const facts = lstatSync(short)
  const owner = user?.uid ?? process.geteuid?.()
  if (!facts.isDirectory() || facts.uid !== owner)
    throw new CannotStart(`${short} belongs to somebody else: the database's socket cannot stand in it`)
  chmodSync(short, 0o700)
  return short
}
