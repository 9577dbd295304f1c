import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { log } from '../../log.ts'
import { CannotStart } from '../cannot-start.ts'
import type { Binaries } from './binaries.ts'
import { diagnose } from './diagnose.ts'
import { giveTo, namedUser, type ServerUser } from './server-user.ts'

/** Major version of the bundled server, and so of the folders it can open. */
export const MAJOR = '18'

/** Owner of everything in the bundled server; who may open its socket folder needs no password. */
export const OWNER = 'heliogram'

/**
 * A folder by the name that the server's user can use. On Linux root hands the server a folder it stands in:
 * by that name it is reached even below `/root`, whose inside the server's user may not see.
 */
export const serversName = (folder: string, user: ServerUser | undefined): string =>
  user && process.platform === 'linux' ? '/proc/self/cwd' : folder

/** No PG… variable and no locale of whoever starts us reaches the server. Windows programs need some of theirs. */
export const plainEnvironment = process.platform === 'win32' ? {} : { env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' } }

/**
 * Makes the database folder where there is none. It is made under another name and renamed when whole,
 * so a start that is killed half-way leaves nothing that the next one could mistake for a database.
 */
export async function initialise(
  folder: string,
  binaries: Binaries,
  user: ServerUser | undefined,
  password?: string,
): Promise<void> {
  const version = madeBy(folder)
  if (version === MAJOR) return
  if (version !== undefined) {
    throw new CannotStart(
      `${folder} was made by PostgreSQL ${version}, this program has ${MAJOR}: export it with the version that made it, then import it into an empty folder`,
    )
  }
  if (existsSync(folder)) clearEmpty(folder)
  log.info('creating the database', { file: folder })
  const draft = `${folder}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  chmodSync(draft, 0o700)
  const maker = user && namedUser(user)
  if (maker) giveTo(maker, draft)
  const passwordFile = `${folder}.password`
  if (password !== undefined) writeFileSync(passwordFile, password, { mode: 0o600 })
  try {
    await run(binaries.initdb, initdbArguments(serversName(draft, user), password && passwordFile), draft, maker)
    if (user) giveTo(user, draft)
    renameSync(draft, folder)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    throw error
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

/** No ICU and no locale: the order of strings is the same on every machine, for ever. */
function initdbArguments(folder: string, passwordFile: string | undefined): string[] {
  const authentication = passwordFile
    ? ['--auth=scram-sha-256', `--pwfile=${passwordFile}`]
    : ['--auth-local=trust', '--auth-host=reject']
  const form = ['--encoding=UTF8', '--locale=C', '--data-checksums', '--no-instructions']
  return ['-D', folder, '-U', OWNER, ...form, ...authentication]
}

function clearEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    throw new CannotStart(`${folder} holds something, but no database: move it away, or set HELIOGRAM_DATA`)
  }
}

function madeBy(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'PG_VERSION'), 'latin1').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new CannotStart(`${folder} cannot be read: it belongs to another user (was Heliogram started as root before?)`)
  }
}

function run(program: string, args: string[], folder: string, user: ServerUser | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { ...user, cwd: folder, ...plainEnvironment, windowsHide: true }
    execFile(program, args, options, (error, out, complaints) => {
      if (!error) resolve()
      else if (/could not look up effective user ID/.test(complaints)) {
        reject(
          new CannotStart(
            'This user id has no name on this machine, which PostgreSQL insists on: add it to /etc/passwd, or set DATABASE_URL',
          ),
        )
      } else reject(diagnose(`${out}\n${complaints}` || error.message, folder))
    })
  })
}
