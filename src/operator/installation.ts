import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The installation's name among the nodes: kept, so that a restart is recognised. */
export function installationId(dataDir: string): string {
  const file = join(dataDir, 'node-id')
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    const id = randomUUID()
    writeFileSync(file, `${id}\n`, { mode: 0o600 })
    return id
  }
}
