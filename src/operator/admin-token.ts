import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'

export const ADMIN_TOKEN_FILE = 'admin-token'

/**
 * The token that opens the admin API: made at the first start, in a file that only its owner can read (0600).
 * Rejects with a sentence when the file is there but holds no token.
 */
export async function ensureAdminToken(dataDir: string): Promise<string> {
  const file = join(dataDir, ADMIN_TOKEN_FILE)
  const token = (await readFile(file, 'utf8').catch(() => makeToken(dataDir, file))).trim()
  if (!/^[\x21-\x7e]{20,200}$/.test(token)) {
    throw new Error(`The admin token in ${file} is not readable as one: remove the file, and the next start writes a new one.`)
  }
  await chmod(file, 0o600)
  return token
}

async function makeToken(dataDir: string, file: string): Promise<string> {
  await mkdir(dataDir, { recursive: true })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(`${randomBytes(32).toString('base64url')}\n`)
    await handle.sync()
    // A link is made whole or not at all, and not over another: of two programs that start at once one wins.
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await handle.close()
    await unlink(draft)
  }
  return readFile(file, 'utf8')
}
