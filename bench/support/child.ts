import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A helper process of a bench: it answers questions over IPC and ends with its parent. */
export interface Child {
  readonly pid: number
  ask<Answer>(question: string, value?: unknown): Promise<Answer>
  stop(): Promise<void>
}

interface Question {
  readonly id: number
  readonly question: string
  readonly value: unknown
}

interface Answer {
  readonly id: number
  readonly value?: unknown
  readonly problem?: string
}

/** Starts a file of this folder's parent, as `carrier.ts`, in a process of its own. */
export async function startChild(file: string, args: readonly string[] = []): Promise<Child> {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url))
  const child = fork(path, args, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let ids = 0
  let ended = false

  child.on('message', ({ id, value, problem }: Answer) => {
    const asked = waiting.get(id)
    waiting.delete(id)
    if (problem === undefined) asked?.resolve(value)
    else asked?.reject(new Error(`${file}: ${problem}`))
  })
  const exited = once(child, 'exit').then(([code]) => {
    ended = true
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended with code ${code}`))
    waiting.clear()
  })

  function ask<Answer>(question: string, value?: unknown): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (ended) return reject(new Error(`${file} has ended`))
      const id = ++ids
      waiting.set(id, { resolve: (answer) => resolve(answer as Answer), reject })
      child.send({ id, question, value } satisfies Question)
    })
  }

  await ask('ready')
  return {
    pid: child.pid ?? 0,
    ask,
    async stop() {
      if (!ended) child.kill('SIGTERM')
      await exited
    },
  }
}

type Handlers = Readonly<Record<string, (value: never) => unknown>>

/** The child's side: answers its parent's questions, and ends when the parent is gone. */
export function answerParent(handlers: Handlers): void {
  process.on('message', ({ id, question, value }: Question) => {
    const answer = async () => (question === 'ready' ? undefined : handlers[question]?.(value as never))
    answer().then(
      (result) => process.send?.({ id, value: result } satisfies Answer),
      (error: unknown) =>
        process.send?.({ id, problem: error instanceof Error ? error.message : String(error) } satisfies Answer),
    )
  })
  process.on('disconnect', () => process.exit(0))
}
