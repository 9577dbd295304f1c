import assert from 'node:assert/strict'
import { readFileSync, realpathSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type pg from 'pg'
import { eventually } from './eventually.ts'

interface EmbeddedServer {
  readonly pid: number
  readonly connection: pg.ClientConfig
}

/** The server that a centre runs in its data folder, by the file that the server itself keeps there. */
export function serverOf(dataDir: string): EmbeddedServer {
  const folder = join(realpathSync(dataDir), 'postgres')
  const [pid, , , port, socketFolder = ''] = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')
  const host = isAbsolute(socketFolder) && !socketFolder.startsWith('/proc/') ? socketFolder : folder
  return { pid: Number(pid), connection: { host, port: Number(port), user: 'heliogram', database: 'heliogram' } }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    // A killed server whose parent has not asked for it is still in the table of processes.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

const folders = new Set<string>()
process.on('exit', () => {
  for (const folder of folders) {
    try {
      process.kill(serverOf(folder).pid, 'SIGQUIT')
    } catch {
      // It has ended, or never began.
    }
  }
})

/** Whatever happens to the test: the server that may come to run in this folder ends with this process. */
export const endsWithUs = (dataDir: string): void => void folders.add(dataDir)

/** Ends the server of a data folder at once, if there is one; nobody needs its data again. */
export async function endServer(dataDir: string): Promise<void> {
  folders.delete(dataDir)
  let pid: number
  try {
    pid = serverOf(dataDir).pid
  } catch {
    return
  }
  if (isRunning(pid)) process.kill(pid, 'SIGQUIT')
  await eventually(() => assert.ok(!isRunning(pid), `the database server ${pid} is still there`))
}

/** A crash of the database: SIGKILL to its postmaster. Resolves when it is gone. */
export async function killServer(dataDir: string): Promise<void> {
  const { pid } = serverOf(dataDir)
  process.kill(pid, 'SIGKILL')
  await eventually(() => assert.ok(!isRunning(pid), `the database server ${pid} is still there`))
}
