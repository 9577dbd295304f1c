import { monotonic } from '../../clock.ts'
import { type Fields, log } from '../../log.ts'

/** The log lines of sessions that come and go. Somebody who binds a thousand times a second does not fill the log with it. */
export interface Journal {
  note(event: string, fields: Fields): void
}

const LINES_A_SECOND = 50

export function createJournal(): Journal {
  let since = monotonic()
  let lines = 0

  return {
    note(event, fields) {
      if (monotonic() - since >= 1_000) {
        const more = lines - LINES_A_SECOND
        if (more > 0) log.info('more smpp sessions came and went', { listener: 'smpp', count: more })
        since = monotonic()
        lines = 0
      }
      lines++
      if (lines <= LINES_A_SECOND) log.info(event, { listener: 'smpp', ...fields })
    },
  }
}
