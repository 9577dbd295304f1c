import { sleep } from '../clock.ts'
import { log } from '../log.ts'

/** Below this free space in the data folder bulk is refused, below the other everything is. Octets. */
export const DISK_FOR_BULK = 1_000_000_000
export const DISK_FOR_ANYTHING = 200_000_000

const LOOK_MS = 5_000
/** A store that is slower than this does not answer, as far as anybody outside can tell. */
const ANSWER_MS = 3_000

export interface Health {
  /** For /healthz: whether requests are taken, and what is wrong, in sentences. */
  report(): { readonly ready: boolean; readonly problems: readonly string[] }
  /** Whether the disk has room for a single request, or for a bulk one. */
  hasRoom(bulk: boolean): boolean
  start(): void
  stop(): void
}

/** Looks at the disk and the store every few seconds, so that nobody's request has to. */
export function createHealth(parts: {
  freeBytes: () => Promise<number | undefined>
  /** Rejects while the store does not answer; answers for how many months partitions stand ready. */
  askStore: () => Promise<number>
}): Health {
  const ending = new AbortController()
  let free: number | undefined
  let ahead: number | undefined
  let storeProblem = ''

  async function look(): Promise<void> {
    const before = problems().join(' ')
    free = await parts.freeBytes()
    try {
      ahead = await inTime(parts.askStore())
      storeProblem = ''
    } catch {
      storeProblem = 'The database does not answer.'
    }
    const after = problems().join(' ')
    if (after !== before) log.warn(after === '' ? 'healthy again' : 'not healthy', { reason: after })
  }

  function problems(): string[] {
    const found = storeProblem === '' ? [] : [storeProblem]
    if (free !== undefined && free < DISK_FOR_ANYTHING) {
      found.push(
        `Only ${megabytes(free)} MB are free in the data folder: every request is refused below ${megabytes(DISK_FOR_ANYTHING)} MB.`,
      )
    } else if (free !== undefined && free < DISK_FOR_BULK) {
      found.push(
        `Only ${megabytes(free)} MB are free in the data folder: bulk requests are refused below ${megabytes(DISK_FOR_BULK)} MB.`,
      )
    }
    if (ahead !== undefined && ahead < 1)
      found.push('There is no partition for next month: messages cannot be stored when it begins.')
    return found
  }

  return {
    report: () => ({ ready: storeProblem === '' && (free ?? DISK_FOR_BULK) >= DISK_FOR_ANYTHING, problems: problems() }),
    hasRoom: (bulk) => free === undefined || free >= (bulk ? DISK_FOR_BULK : DISK_FOR_ANYTHING),
    start() {
      void (async () => {
        while (!ending.signal.aborted) {
          await look()
          await sleep(LOOK_MS, ending.signal)
        }
      })()
    },
    stop: () => ending.abort(),
  }
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const ending = new AbortController()
  const late = sleep(ANSWER_MS, ending.signal).then(() => Promise.reject(new Error('no answer in time')))
  late.catch(() => {}) // after an answer in time nobody listens
  answer.catch(() => {}) // and after none, nobody does either
  try {
    return await Promise.race([answer, late])
  } finally {
    ending.abort()
  }
}

const megabytes = (octets: number): number => Math.floor(octets / 1_000_000)
