import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { within } from './eventually.ts'

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A program that a test started. Whatever happens to the test, it ends with the test's process. */
export interface Program {
  readonly pid: number
  /** What it wrote so far, both streams, in the order in which we heard it. */
  output(): string
  /** Resolves when it has ended. */
  readonly exited: Promise<Exit>
  running(): boolean
  /** Sends a signal and resolves when it has ended. */
  end(signal: NodeJS.Signals): Promise<Exit>
}

const children = new Set<ChildProcess>()

function endAll(): void {
  for (const child of children) child.kill('SIGKILL')
}
process.on('exit', endAll)
// The runner ends a test file with a signal; then nobody calls the listeners of `exit`.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    endAll()
    process.exit(1)
  })
}

const OUTPUT_MAX = 4_000_000 // characters

export function startProgram(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Program {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < OUTPUT_MAX) output += text
    })
  }
  const exited = once(child, 'close').then(([code, signal]) => {
    children.delete(child)
    return { code, signal } as Exit
  })
  exited.catch(() => children.delete(child)) // it could not be started; who waits for it is told
  const running = () => child.exitCode === null && child.signalCode === null
  return {
    pid: child.pid ?? 0,
    output: () => output,
    exited,
    running,
    end: (signal) => {
      if (running()) child.kill(signal)
      return within(exited, `the end of ${command} after ${signal}`)
    },
  }
}

/** Runs it to its end. */
export async function runProgram(command: string, args: readonly string[], env?: NodeJS.ProcessEnv) {
  const program = startProgram(command, args, env)
  const { code } = await within(program.exited, `the end of ${command} ${args.join(' ')}`)
  return { code, output: program.output() }
}
