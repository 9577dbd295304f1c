/** Half a day, in ms: volumes of countries are compared by these, counted from 1970. */
export const HALF_DAY_MS = 43_200_000

/** So many half-days make the usual; with fewer than the least nobody knows what is usual. */
export const HISTORY = { most: 28, least: 6 } as const

export const halfDayOf = (ms: number): number => Math.floor(ms / HALF_DAY_MS)

/** Messages of an account to a country in one half-day. */
export interface Volume {
  readonly accountId: number
  readonly country: string
  readonly halfDay: number
  readonly messages: number
}

export interface Usual {
  readonly mean: number
  readonly deviation: number
}

interface Counted {
  halfDay: number
  messages: number
  noted: number // of them, already taken by `takeNew`
  usual: Usual
}

interface AccountVolumes {
  countries: Map<string, Counted>
  /** Half-days from the first known one to the present. */
  known: number
}

export interface CountryVolumes {
  /** Counts one more, and answers how many there are in this half-day and what is usual; undefined: not known yet. */
  count(accountId: number, country: string, ms: number): { messages: number; usual: Usual | undefined }
  /** What was counted since the last call. */
  takeNew(): Volume[]
  /** What all nodes together counted. */
  total(volume: Volume): void
  /** The past: replaces what was usual. */
  learn(volumes: readonly Volume[], ms: number): void
}

const ACCOUNTS_MAX = 20_000
const COUNTRIES_MAX = 300
const NEVER: Usual = { mean: 0, deviation: 0 }

/** Counts messages by account and country, and knows what is usual. */
export function makeCountryVolumes(): CountryVolumes {
  const accounts = new Map<number, AccountVolumes>()

  function accountOf(accountId: number): AccountVolumes {
    let found = accounts.get(accountId)
    if (!found) {
      const first = accounts.keys().next()
      if (accounts.size >= ACCOUNTS_MAX && !first.done) accounts.delete(first.value)
      found = { countries: new Map(), known: 0 }
      accounts.set(accountId, found)
    }
    return found
  }

  function countryOf({ countries }: AccountVolumes, country: string, halfDay: number): Counted {
    let found = countries.get(country)
    if (!found) {
      if (countries.size >= COUNTRIES_MAX) countries.clear()
      found = { halfDay, messages: 0, noted: 0, usual: NEVER }
      countries.set(country, found)
    }
    if (found.halfDay !== halfDay) Object.assign(found, { halfDay, messages: 0, noted: 0 })
    return found
  }

  return {
    count(accountId, country, ms) {
      const account = accountOf(accountId)
      const counted = countryOf(account, country, halfDayOf(ms))
      counted.messages += 1
      return { messages: counted.messages, usual: account.known < HISTORY.least ? undefined : counted.usual }
    },
    takeNew() {
      const fresh: Volume[] = []
      for (const [accountId, { countries }] of accounts) {
        for (const [country, counted] of countries) {
          const messages = counted.messages - counted.noted
          if (messages > 0) fresh.push({ accountId, country, halfDay: counted.halfDay, messages })
          counted.noted = counted.messages
        }
      }
      return fresh
    },
    total({ accountId, country, halfDay, messages }) {
      const counted = accounts.get(accountId)?.countries.get(country)
      if (!counted || counted.halfDay !== halfDay || messages <= counted.noted) return
      counted.messages += messages - counted.noted
      counted.noted = messages
    },
    learn(volumes, ms) {
      const present = halfDayOf(ms)
      const byAccount = new Map<number, Volume[]>()
      for (const volume of volumes) {
        if (volume.halfDay >= present || volume.halfDay < present - HISTORY.most) continue
        const list = byAccount.get(volume.accountId)
        if (list) list.push(volume)
        else byAccount.set(volume.accountId, [volume])
      }
      for (const [accountId, past] of byAccount) {
        const account = accountOf(accountId)
        account.known = present - Math.min(...past.map(({ halfDay }) => halfDay))
        for (const [country, usual] of usualOf(past, account.known)) countryOf(account, country, present).usual = usual
      }
    },
  }
}

/** Mean and standard deviation by country; half-days without a message count as none. */
export function usualOf(past: readonly Volume[], halfDays: number): Map<string, Usual> {
  const sums = new Map<string, { sum: number; squares: number }>()
  for (const { country, messages } of past) {
    const sum = sums.get(country) ?? { sum: 0, squares: 0 }
    sums.set(country, { sum: sum.sum + messages, squares: sum.squares + messages * messages })
  }
  return new Map(
    [...sums].map(([country, { sum, squares }]) => {
      const mean = sum / halfDays
      return [country, { mean, deviation: Math.sqrt(Math.max(0, squares / halfDays - mean * mean)) }]
    }),
  )
}
