import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { pause } from './epoch.ts'

/** The built centre in a process of its own, with a new database and the settings it ships with. */
export interface Centre {
  readonly pid: number
  readonly httpPort: number
  readonly smppPort: number
  readonly dataDir: string
  /** Runs a command of `heliogram` and returns what it printed. */
  command(...line: string[]): Promise<string>
  /** Asks the admin API. */
  admin(method: string, path: string, body?: unknown): Promise<unknown>
  /** The metrics page. */
  metrics(): Promise<string>
  /** Ends it in order (SIGTERM) and removes its data. */
  stop(): Promise<void>
}

const PROGRAM = fileURLToPath(new URL('../../bin/heliogram.js', import.meta.url))
const STARTING_MS = 60_000

/** `profileDir`: where the CPU profile of the centre goes when it ends. */
export async function startCentre(profileDir?: string): Promise<Centre> {
  const dataDir = mkdtempSync(join(tmpdir(), 'heliogram-bench-'))
  const [httpPort = 0, smppPort = 0, smtpPort = 0] = await freePorts(3)
  const env = {
    ...process.env,
    HELIOGRAM_DATA: dataDir,
    HELIOGRAM_URL: `http://127.0.0.1:${httpPort}`,
    HELIOGRAM_HTTP_PORT: String(httpPort),
    HELIOGRAM_SMPP_PORT: String(smppPort),
    HELIOGRAM_SMTP_PORT: String(smtpPort),
    HELIOGRAM_LOG_LEVEL: 'warn',
  }
  const logFile = join(dataDir, 'bench-centre.log')
  const log = openSync(logFile, 'w')
  const profiling = profileDir ? ['--cpu-prof', '--cpu-prof-dir', profileDir] : []
  const child = spawn(process.execPath, [...shippedFlags(), ...profiling, PROGRAM, 'serve'], {
    env,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  let stopping = false
  const exited = once(child, 'exit').then(() => {
    if (!stopping) console.error(`The centre has ended by itself:\n${tailOf(logFile)}`)
  })

  async function stop(): Promise<void> {
    stopping = true
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), 60_000)
    await exited
    clearTimeout(late)
    const complaints = tailOf(logFile)
    if (complaints !== '') console.error(`The centre logged:\n${complaints}`)
    rmSync(dataDir, { recursive: true, force: true })
  }

  const ask = async (path: string, init?: RequestInit): Promise<Response> =>
    fetch(`http://127.0.0.1:${httpPort}${path}`, { signal: AbortSignal.timeout(60_000), ...init })

  const deadline = Date.now() + STARTING_MS
  const isReady = () => ask('/healthz').then(({ ok }) => ok, () => false) // biome-ignore format: one thought
  while (!(await isReady())) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop()
      throw new Error('the centre did not start')
    }
    await pause(50)
  }

  const token = readFileSync(join(dataDir, 'admin-token'), 'utf8').trim()
  return {
    pid: child.pid ?? 0,
    httpPort,
    smppPort,
    dataDir,
    async command(...line) {
      const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...line], { env })
      return stdout
    },
    async admin(method, path, body) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const answer = await ask(`/admin/v1${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
      if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
      return answer.json()
    },
    metrics: async () => (await ask('/metrics')).text(),
    stop,
  }
}

/** What the program's first line gives Node: the centre runs as it is shipped. */
const shippedFlags = (): string[] => readFileSync(PROGRAM, 'utf8').split('\n', 1)[0]?.match(/--\S+/g) ?? []

/** The last lines of a file; empty when there is none. */
function tailOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-12).join('\n')
  } catch {
    return ''
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  return servers.map((server) => {
    const address = server.address()
    server.close()
    return typeof address === 'object' && address ? address.port : 0
  })
}
