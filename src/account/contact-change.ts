import type { ContactChange } from '../store/contacts.ts'

/**
 * How the contacts with the `old` numbers become contacts with the `next` ones. As many of both go in pairs. Otherwise a contact
 * that has one of the new numbers keeps it, the others take what is left in turn; then contacts that get none are merged into the
 * rest, and numbers that nobody has yet become copies.
 */
export function planChange(
  old: readonly string[],
  next: readonly string[] | undefined,
  found: ReadonlyMap<string, number>,
): Pick<ContactChange, 'kept' | 'removed' | 'copies'> {
  const there = old.flatMap((address) => {
    const id = found.get(address)
    return id === undefined ? [] : [{ id, address }]
  })
  if (next === undefined) return { kept: there.map(({ id }) => [id, null]), removed: [], copies: [] }
  if (next.length === old.length) {
    return { kept: there.map(({ id, address }) => [id, next[old.indexOf(address)] ?? null]), removed: [], copies: [] }
  }
  const free = next.filter((address) => !there.some((contact) => contact.address === address))
  const kept: [id: number, address: string][] = []
  const removed: number[] = []
  for (const { id, address } of there) {
    const becomes = next.includes(address) ? address : free.shift()
    if (becomes === undefined) removed.push(id)
    else kept.push([id, becomes])
  }
  return { kept, removed, copies: free }
}
