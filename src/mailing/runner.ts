import { sleep } from '../clock.ts'
import { log } from '../log.ts'
import { type ClaimedMailing, claimMailings, restMailing } from '../store/mailing-runs.ts'
import { makeRun, type RunParts } from './run.ts'
import { makeTakeBack } from './take-back.ts'

/** A node looks so often whether there is something to do. */
const LOOK_MS = 300
/** So many mailings take turns, and after so long others get theirs. */
const TOGETHER = 20
const EPISODE_MS = 2_000
const TROUBLE_MS = 2_000

export interface Mailings {
  /** Finishes the slice under way. */
  stop(): Promise<void>
}

/** Runs mailings on this node: those that are due, and that no other node has. `mayWrite`: this node has its lease. */
export function startMailings(
  parts: RunParts & Parameters<typeof makeTakeBack>[0] & { readonly mayWrite: () => boolean },
): Mailings {
  const { session, node, mayWrite, now, monotonic } = parts
  const run = makeRun(parts)
  const takeBack = makeTakeBack(parts)
  const ending = new AbortController()
  let problem = ''

  const turnsOf = (mailing: ClaimedMailing): (() => Promise<boolean>) =>
    mailing.state === 'waiting' || mailing.state === 'running' ? run(mailing) : takeBack(mailing)

  /** One that is in trouble waits a little, and keeps nobody else waiting. */
  async function goesOn({ mailing, turn }: { mailing: ClaimedMailing; turn: () => Promise<boolean> }): Promise<boolean> {
    try {
      return await turn()
    } catch (error) {
      log.warn('a mailing waits', { id: mailing.id, account: mailing.accountId, error })
      await restMailing(session, mailing, now() + TROUBLE_MS)
      return false
    }
  }

  /** True: something was done, and there may be more. */
  async function episode(): Promise<boolean> {
    if (!mayWrite()) return false
    const claimed = await claimMailings(session, node, now(), TOGETHER)
    const until = monotonic() + EPISODE_MS
    let active = claimed.map((mailing) => ({ mailing, turn: turnsOf(mailing) }))
    while (active.length > 0 && monotonic() < until && mayWrite() && !ending.signal.aborted) {
      const going: typeof active = []
      for (const one of active) if (!ending.signal.aborted && (await goesOn(one))) going.push(one)
      active = going
    }
    return claimed.length > 0
  }

  const loop = (async () => {
    while (!ending.signal.aborted) {
      let busy = false
      try {
        busy = await episode()
        problem = ''
      } catch (error) {
        const { message } = error as Error
        if (message !== problem) log.warn('mailings wait', { reason: message })
        problem = message
      }
      await sleep(busy ? 1 : LOOK_MS, ending.signal)
    }
  })()

  return {
    stop() {
      ending.abort()
      return loop
    },
  }
}
