import type { Session, Statement } from './session.ts'

/** A word by which messages to shared numbers are an account's. */
export interface Keyword {
  readonly word: string
  readonly account: string // login
}

const ADD: Statement = {
  name: 'keyword_add',
  text: `insert into number_keywords (word, account_id) values ($1, $2) on conflict (word) do nothing returning word`,
}

/** False when the word is somebody's already. */
export const addKeyword = async (session: Session, word: string, accountId: number): Promise<boolean> =>
  (await session.run(ADD, [word, accountId])).length === 1

const LIST: Statement = {
  name: 'keyword_list',
  text: `select k.word, a.login from number_keywords k join accounts a on a.id = k.account_id order by k.word limit 10000`,
}

export const listKeywords = async (session: Session): Promise<Keyword[]> =>
  (await session.run(LIST, [])).map(([word, account]) => ({ word: word as string, account: account as string }))

const REMOVE: Statement = { name: 'keyword_remove', text: `delete from number_keywords where word = $1 returning word` }

export const removeKeyword = async (session: Session, word: string): Promise<boolean> =>
  (await session.run(REMOVE, [word])).length === 1
