import { lchownSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Whom the server runs as, when not as ourselves. */
export interface ServerUser {
  readonly uid: number
  readonly gid: number
}

// Far from people's and packages' ids, and inside the 65,536 that a container usually has.
const PRIVATE_ID = 63_700

/**
 * PostgreSQL refuses to run as root, so for root another user is chosen: the owner of the data folder where it
 * has one (a folder made without root stays usable without root), else an id that nobody else has, so that no
 * other daemon can read the messages. Undefined: the server runs as we do.
 */
export function serverUser(folder: string): ServerUser | undefined {
  if (process.geteuid?.() !== 0) return undefined
  const { uid, gid } = statSync(nearestExisting(folder))
  if (uid !== 0) return { uid, gid }
  const taken = new Set(namedUsers().map((user) => user.uid))
  let id = PRIVATE_ID
  while (taken.has(id)) id += 1
  return { uid: id, gid: id }
}

/** initdb, unlike the server, insists on a user that has a name: `nobody` lends its own for that moment. */
export function namedUser(user: ServerUser): ServerUser {
  const users = namedUsers()
  if (users.some(({ uid }) => uid === user.uid)) return user
  return users.find(({ name }) => name === 'nobody') ?? users.find(({ uid }) => uid !== 0) ?? user
}

function namedUsers(): (ServerUser & { name: string })[] {
  let text = ''
  try {
    text = readFileSync('/etc/passwd', 'utf8')
  } catch {
    // No such file: nobody has a name.
  }
  return text.split('\n').flatMap((line) => {
    const [name = '', , uid, gid] = line.split(':')
    return uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : []
  })
}

function nearestExisting(folder: string): string {
  try {
    statSync(folder)
    return folder
  } catch {
    const parent = dirname(folder)
    return parent === folder ? folder : nearestExisting(parent)
  }
}

/** Gives a folder and all in it to the server's user; links are not followed. */
export function giveTo(user: ServerUser, path: string): void {
  const facts = lstatSync(path)
  if (facts.uid !== user.uid || facts.gid !== user.gid) lchownSync(path, user.uid, user.gid)
  if (facts.isDirectory()) for (const name of readdirSync(path)) giveTo(user, join(path, name))
}
