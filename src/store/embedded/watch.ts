import { sleep } from '../../clock.ts'
import { log } from '../../log.ts'
import type { Running } from './launch.ts'
import { isStillThere, type Postmaster } from './postmaster.ts'

export interface Watched {
  current(): Postmaster
  onExit(listener: () => void): void
  /** No more restarts; resolves when one that is under way has come to its end. */
  end(): Promise<void>
}

const WATCH_MS = 1_000
const PAUSE_MS = { first: 100, most: 15_000 }

/**
 * Starts the server again whenever it dies, for as long as it takes: a full disk may be emptied, an
 * out-of-memory killer may calm down. Our own child's end is known at once, an adopted server is looked at every second.
 */
export function watch(first: Running, restart: () => Promise<Running>): Watched {
  const listeners: (() => void)[] = []
  const ending = new AbortController()
  let server = first.server
  let timer: NodeJS.Timeout | undefined
  let restarting: Promise<void> | undefined

  const attach = (running: Running): void => {
    server = running.server
    running.child?.once('exit', look)
    if (running.child && (running.child.exitCode !== null || running.child.signalCode !== null)) setImmediate(look)
    timer = setInterval(look, WATCH_MS)
    timer.unref()
  }

  function look(): void {
    if (restarting || ending.signal.aborted || isStillThere(server)) return
    clearInterval(timer)
    log.error('the database server has died and is started again', { file: 'postgres.log' })
    restarting = startAgain().finally(() => {
      restarting = undefined
    })
    for (const listener of listeners) listener()
  }

  async function startAgain(): Promise<void> {
    for (let pauseMs = PAUSE_MS.first; !ending.signal.aborted; pauseMs = Math.min(pauseMs * 2, PAUSE_MS.most)) {
      try {
        attach(await restart())
        log.info('the database server is up again')
        return
      } catch (error) {
        log.error('the database server does not start', { reason: error instanceof Error ? error.message : String(error) })
        await sleep(pauseMs, ending.signal)
      }
    }
  }

  attach(first)
  return {
    current: () => server,
    onExit: (listener) => void listeners.push(listener),
    end: async () => {
      ending.abort()
      clearInterval(timer)
      await restarting
    },
  }
}
