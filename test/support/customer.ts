import assert from 'node:assert/strict'
import { eventually } from './eventually.ts'

export type Params = Readonly<Record<string, string | number>>

/** An answer of the SMSC API in JSON; the fields that tests look at. */
export interface Answer {
  readonly id?: number | string
  readonly cnt?: number
  readonly cost?: string
  readonly balance?: string
  readonly status?: number
  readonly err?: number
  readonly error?: string
  readonly error_code?: number
  readonly phones?: readonly {
    readonly phone: string
    readonly mccmnc: string
    readonly cost: string
    readonly status?: string
    readonly error?: string
  }[]
  readonly [field: string]: unknown
}

/** Somebody with an account, who knows nothing of the centre but its HTTP API. */
export interface Customer {
  readonly login: string
  /** The answer's bytes as text. */
  ask(script: string, params: Params): Promise<string>
  /** send.php with fmt=3; a refusal is an answer too. */
  send(params: Params): Promise<Answer>
  /** As `send`, and fails the test when it was refused. Resolves with the message's number. */
  sent(params: Params): Promise<number>
  status(phone: string, id: number | string, params?: Params): Promise<Answer>
  /** Asks until the message has this status. */
  sees(status: number, phone: string, id: number | string): Promise<Answer>
  balance(): Promise<string>
}

/** A customer's own server hands UTF-8 over and reads JSON. */
export function customer(url: () => string, login: string, psw: string): Customer {
  const ask = async (script: string, params: Params): Promise<string> => {
    const body = new URLSearchParams({ login, psw, charset: 'utf-8' })
    for (const [name, value] of Object.entries(params)) body.set(name, String(value))
    const response = await fetch(`${url()}/sys/${script}.php`, { method: 'POST', body })
    assert.equal(response.status, 200, `${script}.php answers with the HTTP status 200, whatever it says`)
    return response.text()
  }
  const json = async (script: string, params: Params): Promise<Answer> => {
    const text = await ask(script, { fmt: 3, ...params })
    try {
      return JSON.parse(text) as Answer
    } catch {
      throw new Error(`${script}.php did not answer in JSON: ${text.slice(0, 200)}`)
    }
  }
  const status: Customer['status'] = (phone, id, params = {}) => json('status', { phone, id, ...params })
  return {
    login,
    ask,
    send: (params) => json('send', params),
    sent: async (params) => {
      const answer = await json('send', params)
      assert.equal(answer.error, undefined, `refused: ${JSON.stringify(answer)}`)
      return answer.id as number
    },
    status,
    sees: (wanted, phone, id) =>
      eventually(async () => {
        const answer = await status(phone, id)
        assert.equal(answer.status, wanted, `${phone}, ${id}: ${JSON.stringify(answer)}`)
        return answer
      }),
    balance: async () => (await json('balance', {})).balance ?? '',
  }
}
