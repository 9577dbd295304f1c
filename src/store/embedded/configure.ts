import { randomBytes } from 'node:crypto'
import { chownSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { LaunchPlan } from './launch.ts'
import { type Settings, settingsText } from './settings.ts'

/** No TCP where there are Unix sockets. The folder of the database is `.` for its server, whatever its path. */
function address({ socketFolder, folder, port }: LaunchPlan): Settings {
  if (socketFolder === undefined) return { listen_addresses: '127.0.0.1', unix_socket_directories: '', port: String(port) }
  return { listen_addresses: '', unix_socket_directories: socketFolder === folder ? '.' : socketFolder, port: String(port) }
}

const fileOf = (plan: LaunchPlan): string => join(plan.folder, 'heliogram.conf')

const textOf = (plan: LaunchPlan, override: Settings | undefined): string =>
  settingsText(`PostgreSQL ${plan.binaries.version}`, address(plan), override)

/** Whether the server's file says what we would write today. */
export function isConfigured(plan: LaunchPlan, override: Settings | undefined): boolean {
  try {
    return readFileSync(fileOf(plan), 'utf8') === textOf(plan, override)
  } catch {
    return false
  }
}

/** Writes the file whole or not at all: on a full disk the old one stays. */
export function configure(plan: LaunchPlan, override: Settings | undefined): void {
  if (isConfigured(plan, override)) return
  const draft = `${fileOf(plan)}.new`
  writeFileSync(draft, textOf(plan, override), { mode: 0o600 })
  if (plan.user) chownSync(draft, plan.user.uid, plan.user.gid)
  renameSync(draft, fileOf(plan))
}

/** Windows has no private sockets, so its server asks for a password that only this folder knows. */
export function ownPassword(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    const password = randomBytes(24).toString('base64url')
    writeFileSync(file, password, { mode: 0o600 })
    return password
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
