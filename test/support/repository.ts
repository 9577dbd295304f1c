import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The checkout, as the tests of form and papers see it: without what is installed, built or made by running. */
export const ROOT = join(import.meta.dirname, '../..')

const NOT_OURS = new Set(['.git', 'node_modules', 'dist', 'data'])

export interface RepositoryFile {
  readonly path: string // from the root, with forward slashes
  readonly bytes: Buffer
  readonly text: string
}

/** Every file of the checkout, in the order of their paths. */
export function repositoryFiles(): RepositoryFile[] {
  const files: RepositoryFile[] = []
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
      if (NOT_OURS.has(entry.name) || entry.isSymbolicLink() || entry.name.endsWith('.log')) continue
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) walk(path)
      else files.push(read(path))
    }
  }
  walk('')
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function read(path: string): RepositoryFile {
  const bytes = readFileSync(join(ROOT, path))
  return { path, bytes, text: bytes.toString('utf8') }
}
