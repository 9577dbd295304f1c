/** Somebody who was refused at the bind, for one reason, so many times. */
export interface BindRefusal {
  readonly login: string // as it was written
  readonly ip: string
  readonly why: string // a part of a sentence
  readonly times: number
  readonly lastMs: number // Unix ms
}

/** Who could not sign in lately, for the operator whom they call. */
export interface BindRefusals {
  note(login: string, ip: string, why: string, atMs: number): void
  /** The latest last. */
  list(): BindRefusal[]
}

const KEPT_MAX = 100
const LOGIN_MAX = 64

export function createBindRefusals(): BindRefusals {
  const kept = new Map<string, BindRefusal>()

  return {
    note(written, ip, why, lastMs) {
      const login = written.slice(0, LOGIN_MAX)
      const key = `${login}\n${ip}\n${why}`
      const times = (kept.get(key)?.times ?? 0) + 1
      kept.delete(key) // what is set now stands last
      kept.set(key, { login, ip, why, times, lastMs })
      if (kept.size <= KEPT_MAX) return
      const [oldest = ''] = kept.keys()
      kept.delete(oldest)
    },
    list: () => [...kept.values()],
  }
}
