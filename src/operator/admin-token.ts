import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export const ADMIN_TOKEN_FILE = 'admin-token'

/**
 * The token that opens the admin API: made at the first start, in a file that only its owner can read (0600).
 * Rejects with a sentence when the file is there but holds no token.
 */
export async function ensureAdminToken(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true })
  const file = join(dataDir, ADMIN_TOKEN_FILE)
  // wx: of two programs that start at once, one writes and the other reads.
  const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined
    throw error
  })
  if (handle) {
    const token = randomBytes(32).toString('base64url')
    try {
      await handle.writeFile(`${token}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    return token
  }
  const token = (await readFile(file, 'utf8')).trim()
  if (!/^[\x21-\x7e]{20,200}$/.test(token)) {
    throw new Error(`The admin token in ${file} is not readable as one: remove the file, and the next start writes a new one.`)
  }
  await chmod(file, 0o600)
  return token
}
