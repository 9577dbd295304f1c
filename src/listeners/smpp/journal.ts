import { type Fields, log } from '../../log.ts'

/** The log lines of sessions that come and go. Somebody who binds a thousand times a second does not fill the log with it. */
export interface Journal {
  note(event: string, fields: Fields): void
  /** Once a second or so. */
  tick(): void
}

const LINES_MAX = 50

export function createJournal(): Journal {
  let lines = 0
  return {
    note(event, fields) {
      lines++
      if (lines <= LINES_MAX) log.info(event, { listener: 'smpp', ...fields })
    },

    tick() {
      if (lines > LINES_MAX) log.info('more smpp sessions came and went', { listener: 'smpp', count: lines - LINES_MAX })
      lines = 0
    },
  }
}
