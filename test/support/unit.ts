import { describe } from 'node:test'
import { pathToFileURL } from 'node:url'

/** Runs test files in this one process, which is many times faster than a process for each. A file is a suite, so its hooks are its own. */
for (const file of process.argv.slice(2)) describe(file, () => import(pathToFileURL(file).href))
