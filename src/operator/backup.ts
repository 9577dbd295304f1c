import { isAbsolute } from 'node:path'
import { Refusal } from '../domain/refusal.ts'

/** What was written, or read: an export's manifest says more. */
interface Manifest {
  readonly tables: readonly { readonly name: string; readonly slices: readonly { readonly rows: number }[] }[]
}

export interface Backup {
  readonly folder: string
  readonly tables: number
  readonly rows: number
}

/** Counts what an export holds. */
export function presentBackup(folder: string, { tables }: Manifest): Backup {
  const rows = tables.flatMap(({ slices }) => slices).reduce((sum, slice) => sum + slice.rows, 0)
  return { folder, tables: tables.length, rows }
}

/**
 * Writes everything that is stored into an empty or new folder of this machine, as of one moment, while the
 * centre works. `exportTo` is the store's; an expected failure of it (the folder, the disk) becomes a sentence.
 */
export const createExport =
  (exportTo: (folder: string) => Promise<Manifest>) =>
  async (folder: string): Promise<Backup> => {
    if (!isAbsolute(folder) || folder.includes('\0')) {
      throw new Refusal('bad_request', {
        field: 'folder',
        reason: 'The folder must be a whole path on the machine of the centre.',
      })
    }
    try {
      return presentBackup(folder, await exportTo(folder))
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      const reason = (code && REASONS[code]) ?? (/is not empty$/.test(message) ? 'is not empty: name a new folder' : undefined)
      if (reason === undefined) throw error
      throw new Refusal('bad_request', { field: 'folder', reason: `${folder} ${reason}.` })
    }
  }

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'may not be written by the user the centre runs as',
  EPERM: 'may not be written by the user the centre runs as',
  EROFS: 'is on a disk that is read-only',
  ENOTDIR: 'is no folder',
  EEXIST: 'is no folder',
  ENOSPC: 'is on a disk that is full; remove what was written there',
}
