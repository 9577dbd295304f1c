import { firstWord } from '../domain/first-word.ts'
import type { Found, IncomingTask } from '../store/incoming-tasks.ts'
import type { LastWriter } from '../store/last-writers.ts'

export interface OwnersStore {
  /** Who wrote to each subscriber last, within two weeks. */
  lastWriters(subscribers: readonly string[]): Promise<ReadonlyMap<string, LastWriter>>
  /** Whose keywords and logins these are, in small letters. */
  ownersOfWords(words: readonly string[]): Promise<ReadonlyMap<string, number>>
}

/**
 * Whose messages to a number of several accounts are: of who wrote to the subscriber last within 14 days, else of whose login or keyword
 * the text begins with (SMSC API, incoming messages). Answers those that somebody was found for.
 */
export const makeFindOwners =
  ({ lastWriters, ownersOfWords }: OwnersStore, takeIds: (count: number) => number[]) =>
  async (tasks: readonly IncomingTask[]): Promise<Found[]> => {
    const writers = await lastWriters([...new Set(tasks.map(({ sender }) => sender).filter(isSubscriber))])
    const unanswered = tasks.filter(({ sender }) => !writers.has(sender))
    const words = new Set(unanswered.flatMap(({ body }) => firstWord(body) ?? []))
    const owners = words.size > 0 ? await ownersOfWords([...words]) : new Map<string, number>()

    const found = tasks.flatMap(({ id, sender, body }) => {
      const writer = writers.get(sender)
      if (writer) return [{ id, accountId: writer.accountId, answeredId: writer.messageId }]
      const accountId = owners.get(firstWord(body) ?? '')
      return accountId === undefined ? [] : [{ id, accountId, answeredId: 0 }]
    })
    const ids = takeIds(found.length)
    return found.map((one, at) => ({ ...one, newId: ids[at] as number }))
  }

/** Somebody who can be written to, and not a short code or a name. */
export const isSubscriber = (sender: string): boolean => /^\d{10,15}$/.test(sender)
