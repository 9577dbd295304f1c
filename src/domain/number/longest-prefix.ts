/** A digit's place in the trie; ten per node. */
interface Node<T> {
  readonly next: (Node<T> | undefined)[]
  value: T | undefined
}

const ZERO = 0x30

/**
 * Compiles prefixes of digits into a look-up: the value of the longest prefix a number begins with, undefined when none.
 * The empty prefix is everybody's. Of equal prefixes the last one counts. A prefix that is not digits matches nothing.
 */
export function compilePrefixes<T>(entries: Iterable<readonly [prefix: string, value: T]>): (number: string) => T | undefined {
  const root: Node<T> = { next: [], value: undefined }
  for (const [prefix, value] of entries) {
    if (!/^\d*$/.test(prefix)) continue
    let node = root
    for (let at = 0; at < prefix.length; at++) {
      const digit = prefix.charCodeAt(at) - ZERO
      const next: Node<T> = node.next[digit] ?? { next: [], value: undefined }
      node.next[digit] = next
      node = next
    }
    node.value = value
  }

  return (number) => {
    let found = root.value
    let node: Node<T> | undefined = root
    for (let at = 0; at < number.length; at++) {
      node = node.next[number.charCodeAt(at) - ZERO]
      if (!node) break
      if (node.value !== undefined) found = node.value
    }
    return found
  }
}
