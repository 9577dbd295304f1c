const FAILURE = /^( *)not ok \d+ - .*\n\1 {2}---\n([\s\S]*?)\n\1 {2}\.\.\.$/gm

/** A test that a helper of the tests made is in the file that its stack names. */
const IN_STACK = /\((\/[^\s()]+\.test\.ts):\d+:\d+\)/

/**
 * The test files in which something failed, by a TAP report of node's runner (its locations are files and lines).
 * Undefined when a failure belongs to no file, as that of a runner does.
 */
export function failedFiles(tap: string): string[] | undefined {
  const files = new Set<string>()
  for (const [, , details = ''] of tap.matchAll(FAILURE)) {
    if (details.includes("failureType: 'subtestsFailed'")) continue
    const file = /^ *location: '(.+\.test\.ts):\d+:\d+'$/m.exec(details)?.[1] ?? IN_STACK.exec(details)?.[1]
    if (file === undefined) return undefined
    files.add(file)
  }
  return [...files]
}
