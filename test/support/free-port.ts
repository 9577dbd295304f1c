import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * From ports that no system hands out by itself (Linux begins at 32768): whoever else listens on 0, or connects, would get ours in
 * the moments in which nobody listens there, before a program starts and while it is started anew.
 */
const FIRST = 10_240
const COUNT = 20_000

/** A file for each port that a test has taken, with its process; gone with the process. */
const PLACE = join(tmpdir(), 'heliogram-ports-of-tests')
const taken = new Set<string>()
process.once('exit', () => {
  for (const file of taken) rmSync(file, { force: true })
})

let last = (process.pid * 61) % COUNT

/** A port of 127.0.0.1 that nobody listens on, and that no other test gets as long as this process lives. */
export async function freePort(): Promise<number> {
  mkdirSync(PLACE, { recursive: true })
  for (let tries = 0; tries < COUNT; tries++) {
    last = (last + 1) % COUNT
    const port = FIRST + last
    if (reserve(join(PLACE, String(port))) && (await isFree(port))) return port
  }
  throw new Error(`no port from ${FIRST} to ${FIRST + COUNT - 1} is free`)
}

function reserve(file: string): boolean {
  try {
    if (!isAlive(Number(readFileSync(file, 'utf8')))) rmSync(file, { force: true })
  } catch {
    // Nobody has it.
  }
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
  } catch {
    return false
  }
  taken.add(file)
  return true
}

/** A process that has just made the file has not written its number yet. */
function isAlive(pid: number): boolean {
  if (pid === 0) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const listening = new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
  })
  if (!(await listening)) return false
  server.close()
  await once(server, 'close')
  return true
}
