const FAILURE = /^( *)not ok \d+ - (.*)\n\1 {2}---\n([\s\S]*?)\n\1 {2}\.\.\.$/gm

/** A file that could not be imported, or whose hooks failed: it is a suite of this name. */
const SUITE = /^\S+\.test\.ts$/

/** A test that a helper of the tests made is in the file that its stack names. */
const IN_STACK = /\((\/[^\s()]+\.test\.ts):\d+:\d+\)/

/**
 * The test files in which something failed, by a TAP report of node's runner (its locations are files and lines).
 * Undefined when a failure belongs to no file, as that of a runner does.
 */
export function failedFiles(tap: string): string[] | undefined {
  const files = new Set<string>()
  for (const [, , title = '', details = ''] of tap.matchAll(FAILURE)) {
    if (details.includes("failureType: 'subtestsFailed'")) continue
    const suite = SUITE.exec(title)?.[0]
    const file = suite ?? /^ *location: '(.+\.test\.ts):\d+:\d+'$/m.exec(details)?.[1] ?? IN_STACK.exec(details)?.[1]
    if (file === undefined) return undefined
    files.add(file)
  }
  return [...files]
}
