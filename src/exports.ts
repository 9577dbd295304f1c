import { makeCsv, makeXlsx } from './account/export-files.ts'
import { startExportRunner } from './account/export-runner.ts'
import { createExportDesk, type ExportDesk } from './account/exports.ts'
import { now } from './clock.ts'
import type { Config } from './config.ts'
import { charsetOf } from './domain/text/charset.ts'
import { makeReport } from './lifecycle/history.ts'
import type { Numbering } from './lifecycle/numbering.ts'
import { REPORT_MEMBERS, reportValues } from './lifecycle/report-values.ts'
import type { Session } from './store/session.ts'

export interface ExportOffice {
  readonly desk: ExportDesk
  stop(): Promise<void>
}

/** Messages as files: what customers ask for, and this node's share of making it. */
export function openExports(parts: {
  readonly session: Session
  readonly numbering: Numbering
  readonly config: Pick<Config, 'language' | 'exportsDays'>
  /** Whether the disk has room for a bulk request. */
  readonly hasRoom: (bulk: boolean) => boolean
}): ExportOffice {
  const { session, numbering, config, hasRoom } = parts
  const { language, exportsDays: keptDays } = config
  const runner = startExportRunner({
    session,
    now,
    report: makeReport(numbering),
    head: REPORT_MEMBERS,
    cells: (message, utcOffsetMinutes) => {
      const values = reportValues({ message, utcOffsetMinutes, language })
      return REPORT_MEMBERS.map((name) => values[name])
    },
    makeFile: ({ format, charset }) => (format === 'xlsx' ? makeXlsx() : makeCsv(charsetOf(charset))),
    hasRoom: () => hasRoom(true),
  })
  return { desk: createExportDesk({ session, now, keptDays, wake: runner.wake }), stop: runner.stop }
}
