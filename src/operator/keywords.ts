import { asKeyword } from '../domain/first-word.ts'
import { Refusal } from '../domain/refusal.ts'
import { ownerOf } from '../store/accounts.ts'
import { addKeyword, type Keyword, listKeywords, removeKeyword } from '../store/keywords.ts'
import type { Session } from '../store/session.ts'

/** Words at the beginning of messages to shared numbers that say whose they are. A login needs none. */
export const createKeywords = (session: Session) => ({
  list: (): Promise<Keyword[]> => listKeywords(session),

  async add(written: string, login: string): Promise<Keyword> {
    const word = asKeyword(written)
    if (word === undefined) {
      const reason = `'${written.slice(0, 64)}' is no keyword: write one word of at most 64 letters and digits.`
      throw new Refusal('bad_request', { field: 'word', reason })
    }
    const account = await ownerOf(session, login)
    if (!account) throw new Refusal('not_found', { field: 'account', reason: `There is no account '${login.slice(0, 64)}'.` })
    if (!(await addKeyword(session, word, account.id))) {
      const reason = `The keyword '${word}' is somebody's already: heliogram keyword list.`
      throw new Refusal('duplicate', { field: 'word', reason })
    }
    return { word, account: account.login }
  },

  async remove(written: string): Promise<void> {
    const word = written.trim().toLowerCase()
    if (word.includes('\0') || !(await removeKeyword(session, word))) {
      throw new Refusal('not_found', { field: 'word', reason: `There is no keyword '${written.slice(0, 64)}'.` })
    }
  },
})

export type Keywords = ReturnType<typeof createKeywords>
