import { Agent, request } from 'node:http'
import type { Random } from './random.ts'

/** One request of the load, and what its sender was told. */
export interface Sent {
  readonly login: string
  readonly phones: readonly string[]
  /** ok: it was taken · refused: the centre said no · silence: the connection ended without an answer. */
  answer: 'ok' | 'refused' | 'silence'
  /** The number it was given; 0 without one. */
  ref: number
  /** The answer as it was read. */
  said: string
}

export interface Load {
  readonly sent: readonly Sent[]
  /** Requests answered OK so far. */
  oks(): number
  /** Lets requests under way end, and sends no more. */
  stop(): Promise<void>
}

const SENDERS_PER_ACCOUNT = 6
const LONG = ' and a tail that makes it a message of two parts'.repeat(4)

/** Nobody else has this number: whoever gets a message twice is seen. */
let lastPhone = 79_000_000_000
export const newPhone = (): string => String(++lastPhone)

/** Customers that send one message after the other, a few at once each: mostly single ones, some long, some to thirty people. */
export function startLoad(port: number, logins: readonly string[], random: Random): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: logins.length * SENDERS_PER_ACCOUNT })
  const sent: Sent[] = []
  let oks = 0
  let stopped = false

  function ask(body: string): Promise<string> {
    return new Promise((resolve) => {
      const call = request(
        { host: '127.0.0.1', port, path: '/sys/send.php', method: 'POST', agent, timeout: 60_000 },
        (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (chunk: string) => {
            text += chunk
          })
          response.on('end', () => resolve(response.statusCode === 200 ? text : `HTTP ${response.statusCode} ${text}`))
          response.on('error', () => resolve(''))
        },
      )
      call.on('error', () => resolve(''))
      call.on('timeout', () => call.destroy())
      call.setHeader('Content-Type', 'application/x-www-form-urlencoded')
      call.end(body)
    })
  }

  async function send(login: string): Promise<void> {
    const phones = Array.from({ length: random.chance(0.03) ? 30 : 1 }, newPhone)
    const mes = `To ${phones[0]}${random.chance(0.1) ? LONG : ''}`
    const one: Sent = { login, phones, answer: 'silence', ref: 0, said: '' }
    sent.push(one)
    const form = new URLSearchParams({ login, psw: `${login}-secret`, phones: phones.join(','), mes, fmt: '1', charset: 'utf-8' })
    one.said = await ask(form.toString())
    const [ref = '', count = ''] = one.said.split(',')
    if (/^\d+,\d+$/.test(one.said) && Number(count) > 0) {
      one.answer = 'ok'
      one.ref = Number(ref)
      oks += 1
    } else if (one.said !== '') {
      one.answer = 'refused'
      // Nobody asks again at once what was just refused.
      await new Promise((resolve) => setTimeout(resolve, 20))
    } else await new Promise((resolve) => setTimeout(resolve, 5))
  }

  const senders = logins.flatMap((login) =>
    Array.from({ length: SENDERS_PER_ACCOUNT }, async () => {
      while (!stopped) await send(login)
    }),
  )
  return {
    sent,
    oks: () => oks,
    async stop() {
      stopped = true
      await Promise.all(senders)
      agent.destroy()
    },
  }
}
