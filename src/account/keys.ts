import { hash } from 'node:crypto'
import { parseIpRange } from '../domain/ip.ts'
import { Refusal } from '../domain/refusal.ts'
import { addKey, type KeyRow, listKeys, revokeKey } from '../store/account-changes.ts'
import { type AccountStore, findAccount } from './change.ts'
import { makePassword } from './password.ts'

const KEYS_MAX = 100
const NAME_MAX = 100

/** A key is random, so a fast hash is enough to keep it; a person recognises it by its beginning. */
const KEY_START = 'hg_'
const KEY_LENGTH = 40
const SHOWN_LENGTH = 8

export interface AddedKey {
  readonly id: number
  readonly key: string // shown once
  readonly name: string
}

/** API keys of an account: they replace login and password (SMSC API, apikey). */
export const createKeys = ({ session, changed }: AccountStore) => ({
  async add(login: string, { name = '', ips = [] }: { name?: string; ips?: readonly string[] }): Promise<AddedKey> {
    const account = await findAccount(session, login)
    if (name.length > NAME_MAX || name.includes('\0')) {
      throw new Refusal('bad_request', { field: 'name', reason: `The name of a key has at most ${NAME_MAX} characters.` })
    }
    if (account.keys >= KEYS_MAX) {
      throw new Refusal('bad_request', { field: 'login', reason: `${login} has ${KEYS_MAX} keys: revoke one first.` })
    }
    const key = KEY_START + makePassword(KEY_LENGTH)
    const id = await addKey(session, account.id, {
      name,
      hash: hash('sha256', key, 'buffer'),
      prefix: key.slice(0, SHOWN_LENGTH),
      allowedIps: ips.map(canonicalRange),
    })
    changed(account.id)
    return { id, key, name }
  },

  list: async (login: string): Promise<KeyRow[]> => listKeys(session, (await findAccount(session, login)).id),

  /** `which`: a key's id, or its name where only one key in use has it. */
  async revoke(login: string, which: string): Promise<KeyRow> {
    const account = await findAccount(session, login)
    const inUse = (await listKeys(session, account.id)).filter((key) => key.revokedAt === undefined)
    const named = inUse.filter((key) => String(key.id) === which)
    const [key, ...others] = named.length > 0 ? named : inUse.filter((candidate) => candidate.name === which)
    if (!key || others.length > 0) {
      const reason = key
        ? `Several keys of ${login} are called '${which}': name one by its id.`
        : `${login} has no key '${which}' in use.`
      throw new Refusal(key ? 'bad_request' : 'not_found', { field: 'key', reason })
    }
    await revokeKey(session, account.id, key.id)
    changed(account.id)
    return key
  },
})

/** Rejects with bad_request what is no address or CIDR block. */
export function canonicalRange(text: string): string {
  const range = parseIpRange(text)
  if (!range) throw new Refusal('bad_request', { field: 'ip', reason: `'${text.slice(0, 60)}' is no IP address or CIDR block.` })
  return range.text
}
