import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import smpp, { type Pdu, type Session } from 'smpp'
import { readSubmit, receiptFields, refusalWithText, type Submit } from './carrier-wire.ts'
import { within } from './eventually.ts'
import { freePort } from './free-port.ts'

/** take · later: `answer()` takes it when the test says so · silent: taken, never answered · hang up: all links break · a command_status */
export type Verdict = 'take' | 'later' | 'silent' | 'hang up' | { readonly status: number; readonly text?: string }

/** How the carrier behaves. It may be changed at any moment. */
export interface Script {
  verdict: (submit: Submit) => Verdict
  /** Our n-th id as submit_sm_resp writes it … */
  idInResponse: (id: bigint) => string
  /** … and as the receipt does. */
  idInReceipt: (id: bigint) => string
  receipt: 'after' | 'before' | 'never' | 'twice'
  stat: (submit: Submit) => string
  err: string
  /** Whether receipts carry receipted_message_id beside their text. */
  tlv: boolean
  /** What a receipt repeats of the message. */
  echo: (submit: Submit) => string
  /** Whom a receipt names as the message's recipient. */
  recipient: (submit: Submit) => string
}

export interface Taken {
  readonly submit: Submit
  readonly id: bigint
}

export interface Carrier {
  readonly host: string
  readonly port: number
  readonly script: Script
  /** Everything that was sent to it, answered or not, in order. */
  readonly submits: readonly Submit[]
  /** What it took. */
  readonly taken: readonly Taken[]
  /** The most parts that ever waited for an answer at once. */
  mostUnanswered(): number
  /** Parts whose verdict was `later` and that still wait for `answer`. */
  waiting(): number
  /** Takes so many of the parts that wait, the oldest first. */
  answer(count?: number): void
  /** Resolves once so many parts have arrived in all. */
  arrived(count: number): Promise<void>
  /** Resolves once a part has arrived that fits. */
  arrival(fits: (submit: Submit) => boolean): Promise<Submit>
  /** Sends a receipt now; resolves with the command_status it was answered with. */
  receipt(taken: Taken, stat?: string): Promise<number>
  /** Sends a message from a handset; resolves with the command_status it was answered with. */
  says(from: string, to: string, message: string | { readonly udh: Buffer; readonly message: string }): Promise<number>
  /** Sends octets as they are to who can receive. */
  raw(octets: Uint8Array): Promise<void>
  /** Resolves once somebody is bound who can receive. */
  bound(): Promise<void>
  /** Begins the records anew. */
  forget(): void
  binds(): number
  /** Breaks all links without a word; who connects again is welcome. */
  hangUp(): void
  /** Breaks all links and takes no new ones until `open`. */
  close(): Promise<void>
  open(): Promise<void>
}

export const decimal = (id: bigint): string => id.toString()
export const hex = (id: bigint): string => id.toString(16).toUpperCase()
export const padded = (id: bigint): string => id.toString().padStart(20, '0')

const ESME_RBINDFAIL = 0x0d

let carriers = 0

/** A carrier on the npm package `smpp`: an SMPP implementation that is not ours. `stop` ends it. */
export async function startCarrier(script: Partial<Script> = {}): Promise<Carrier & { stop(): Promise<void> }> {
  carriers += 1
  // Ids differ between the carriers of a test, and are long enough for notations to matter.
  let lastId = BigInt(carriers) * 1_000_000_007n + 0xa0_0000_0000n
  const says: Script = {
    verdict: () => 'take',
    idInResponse: decimal,
    idInReceipt: decimal,
    receipt: 'after',
    stat: () => 'DELIVRD',
    err: '000',
    tlv: false,
    echo: () => '',
    recipient: ({ to }) => to,
    ...script,
  }
  const submits: Submit[] = []
  const taken: Taken[] = []
  /** With what to call when they break. */
  const sessions = new Map<Session, Set<(error: Error) => void>>()
  const receivers = new Set<Session>()
  const owed: { submit: Submit; pdu: Pdu; session: Session }[] = []
  /** Receipts are said again to whoever binds next, until they are acknowledged: good carriers do so. */
  const unacknowledged = new Set<object>()
  const watchers = new Set<() => void>()
  let links = 0
  let unanswered = 0
  let mostUnanswered = 0

  const changed = () => {
    for (const watcher of watchers) watcher()
  }

  /** Resolves once `answer` has one. */
  const when = <T>(answer: () => T | undefined, what: string): Promise<T> => {
    const found = answer()
    if (found !== undefined) return Promise.resolve(found)
    let look: () => void = () => {}
    const coming = new Promise<T>((resolve) => {
      look = () => {
        const now = answer()
        if (now !== undefined) resolve(now)
      }
      watchers.add(look)
    })
    return within(coming, what).finally(() => watchers.delete(look))
  }

  const receiver = (): Session | undefined => [...receivers].at(-1)

  const fieldsOf = (submit: Submit, id: bigint, stat: string): object => {
    const about = { ...submit, to: says.recipient(submit) }
    return receiptFields(about, says.idInReceipt(id), stat, says.err, says.tlv, says.echo(submit))
  }

  function deliver(session: Session, fields: object): Promise<number> {
    return new Promise((resolve, reject) => {
      const unanswered = sessions.get(session)?.add(reject)
      session.deliver_sm(fields, (response) => {
        unanswered?.delete(reject)
        resolve(response.command_status)
      })
    })
  }

  function sendReceipt(fields: object): void {
    unacknowledged.add(fields)
    const session = receiver()
    if (!session) return
    deliver(session, fields).then(
      (status) => void (status === 0 && unacknowledged.delete(fields)),
      () => {},
    )
  }

  function take({ submit, pdu, session }: (typeof owed)[number], answered: boolean): void {
    lastId += 1n
    const id = lastId
    taken.push({ submit, id })
    const receipts = says.receipt === 'never' || !submit.wantsReceipt ? 0 : says.receipt === 'twice' ? 2 : 1
    const send = () => {
      for (let at = 0; at < receipts; at++) {
        sendReceipt(fieldsOf(submit, id, says.stat(submit)))
      }
    }
    if (says.receipt === 'before') send()
    if (answered) {
      unanswered -= 1
      session.send(pdu.response({ message_id: says.idInResponse(id) }))
    }
    if (says.receipt !== 'before') send()
  }

  function onSubmit(pdu: Pdu, session: Session, link: number): void {
    const submit = readSubmit(pdu, submits.length + 1, link)
    submits.push(submit)
    unanswered += 1
    mostUnanswered = Math.max(mostUnanswered, unanswered)
    const verdict = says.verdict(submit)
    if (verdict === 'take') take({ submit, pdu, session }, true)
    else if (verdict === 'silent') take({ submit, pdu, session }, false)
    else if (verdict === 'later') owed.push({ submit, pdu, session })
    else if (verdict === 'hang up') hangUp()
    else {
      unanswered -= 1
      const { status, text } = verdict
      if (text === undefined) session.send(pdu.response({ command_status: status }))
      else session.socket.write(refusalWithText(pdu.sequence_number, status, text))
    }
    changed()
  }

  function hangUp(): void {
    for (const session of sessions.keys()) session.destroy()
    owed.length = 0
    unanswered = 0
  }

  const server = smpp.createServer((session) => {
    links += 1
    const link = links
    let system = ''
    sessions.set(session, new Set())
    session.socket.setNoDelay(true) // answers do not wait behind receipts
    session.on('close', () => {
      for (const reject of sessions.get(session) ?? []) reject(new Error('the link broke before deliver_sm was answered'))
      sessions.delete(session)
      receivers.delete(session)
      changed()
    })
    session.on('error', () => session.destroy())
    const welcome = (receives: boolean) => (pdu: Pdu) => {
      if (pdu.system_id === '') return void session.send(pdu.response({ command_status: ESME_RBINDFAIL }))
      system = pdu.system_id
      session.send(pdu.response({ system_id: 'carrier' }))
      if (receives) {
        receivers.add(session)
        for (const fields of unacknowledged) sendReceipt(fields)
      }
      changed()
    }
    session.on('bind_transceiver', welcome(true))
    session.on('bind_receiver', welcome(true))
    session.on('bind_transmitter', welcome(false))
    session.on('submit_sm', (pdu: Pdu) => (system === '' ? session.destroy() : onSubmit(pdu, session, link)))
    session.on('enquire_link', (pdu: Pdu) => session.send(pdu.response()))
    session.on('unbind', (pdu: Pdu) => {
      session.send(pdu.response())
      session.close()
    })
  })

  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const port = await listen(await freePort()) // its own also while it is closed

  async function close(): Promise<void> {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    hangUp()
    await closed
  }

  return {
    host: '127.0.0.1',
    port,
    script: says,
    submits,
    taken,
    mostUnanswered: () => mostUnanswered,
    waiting: () => owed.length,
    answer: (count = owed.length) => {
      for (const one of owed.splice(0, count)) take(one, true)
      changed()
    },
    arrived: async (count) => {
      await when(() => (submits.length >= count ? true : undefined), `${count} parts at the carrier`).catch((error: Error) => {
        throw new Error(`${error.message}; ${submits.length} have arrived`)
      })
    },
    arrival: (fits) => when(() => submits.find(fits), 'a certain part at the carrier'),
    receipt: async ({ submit, id }, stat) => {
      const session = await when(receiver, 'a bind that receives')
      return deliver(session, fieldsOf(submit, id, stat ?? says.stat(submit)))
    },
    says: async (from, to, message) => {
      const session = await when(receiver, 'a bind that receives')
      return deliver(session, { source_addr: from, destination_addr: to, short_message: message, data_coding: null })
    },
    raw: async (octets) => void (await when(receiver, 'a bind that receives')).socket.write(octets),
    bound: async () => void (await when(receiver, 'a bind that receives')),
    binds: () => receivers.size,
    forget: () => {
      submits.length = 0
      taken.length = 0
    },
    hangUp,
    close,
    open: async () => void (await listen(port)),
    stop: close,
  }
}
