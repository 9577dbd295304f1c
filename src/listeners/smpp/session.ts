import type { Socket } from 'node:net'
import type { Credentials } from '../../account/account.ts'
import { now } from '../../clock.ts'
import type { Account } from '../../domain/account.ts'
import { Refusal } from '../../domain/refusal.ts'
import { log } from '../../log.ts'
import type { Broken, Unparsable } from '../../protocols/smpp/codec.ts'
import type { Pdu, PduInput } from '../../protocols/smpp/pdu.ts'
import { type AnyRequest, createSession, type Step } from '../../protocols/smpp/session.ts'
import { STATUS, statusName } from '../../protocols/smpp/status.ts'
import { onBound, onHeard, onMessage, onTick, startTimers } from '../../protocols/smpp/timers.ts'
import type { AccountBinds } from './account-binds.ts'
import { type BindRequest, bindAccepted, bindRefused, bindStatus, bindTrouble, isBindRequest, knowsTlvs } from './bind.ts'
import type { Bound, Operations, SessionEvents } from './bound.ts'
import { createDeliveries, type Delivering } from './deliveries.ts'
import type { Journal } from './journal.ts'
import type { SmppLimits } from './limits.ts'
import { survives } from './mishap.ts'
import { createRequests } from './requests.ts'
import { createStanding, type Signing, type Standing } from './standing.ts'
import { createTraffic } from './traffic.ts'
import type { SessionView } from './view.ts'
import { openWire, type Witness } from './wire.ts'

export interface SessionParts {
  readonly id: number
  readonly ip: string
  readonly tls: boolean
  readonly limits: SmppLimits
  readonly signing: Signing
  readonly binds: AccountBinds
  readonly journal: Journal
  readonly operations: Operations
  readonly events: SessionEvents
  /** Who wants to see what goes by of this login. */
  readonly witnessOf: (login: string, session: SmppSession) => Witness | undefined
  readonly told: {
    bound(): void
    /** Its bind, by the login that it named, and why. */
    refused(status: number, login: string, why: string): void
    /** It is no session any more; its socket may still hand over our last words. */
    ended(session: SmppSession): void
    gone(session: SmppSession): void
  }
}

/** One connection of a customer, from its opening to its end: the shell around the session machine. */
export interface SmppSession {
  readonly id: number
  readonly ip: string
  bound(): Bound | undefined
  /** Unbinds, once what is under way is answered. */
  leave(reason: string): void
  tick(elapsedMs: number): void
  destroy(): void
  watch(witness: Witness | undefined): void
  view(): SessionView
}

export function openSession(socket: Socket, parts: SessionParts): SmppSession {
  const { id, ip, limits, signing } = parts
  const machine = createSession<Delivering>('mc')
  const traffic = createTraffic(limits.uselessASecond)
  const since = now()
  let clock = 0 // stands while we do not read
  // Who is silent is asked, but only given up by inactivity: some clients answer no enquire_link.
  let timers = startTimers({ ...limits, responseMs: Number.POSITIVE_INFINITY }, clock)
  let alive = false
  let signingIn = false
  let bound: Bound | undefined
  let standing: Standing | undefined
  let boundAt = since
  let leaving: string | undefined // we are about to unbind, or did
  let unbindMs: number | undefined // since our unbind
  let parting: { readonly reply: PduInput | undefined; readonly reason: string } | undefined // the customer is about to go
  let over = false
  let lingeredMs = 0 // since the customer closed, or we did
  let verifyMs = (id * limits.tickMs) % limits.verifyMs // so that not all are looked at in one turn

  const wire = openWire(socket, limits, {
    mayRead: () =>
      !over && !signingIn && parting === undefined && requests.unanswered() < limits.unansweredMax && traffic.patience > 0,
    pdu: (pdu) => take(machine.receive(pdu), pdu),
    caughtUp() {
      const ready = bound
      if (ready && !over) survives('ready', () => parts.events.ready(ready))
    },
    ended: () => part(undefined, 'the customer closed the connection'),
    closed(reason) {
      finish(reason, false)
      parts.told.gone(session)
    },
  })
  const deliveries = createDeliveries(machine, wire, traffic)
  const requests = createRequests(parts.operations, wire, traffic, () => {
    depart()
    wire.go()
  })

  const take = (step: Step<Delivering>, pdu: Pdu | Unparsable | Broken): void => {
    if (pdu.command !== 'unparsable') alive = true
    if (step.kind === 'request') onRequest(step.pdu)
    else if (step.kind === 'answered') deliveries.answered(step.request, step.pdu)
    else if (step.kind === 'reply') onReply(step.pdu)
    else if (step.kind === 'unbound') part(step.reply, 'the customer unbound')
    else if (step.kind === 'lost') onLost(step.length)
    else traffic.patience--
  }

  const onRequest = (pdu: AnyRequest): void => {
    if (isBindRequest(pdu)) onBind(pdu)
    // Not taken for certain: the customer's gateway sends it again, here or elsewhere.
    else if (bound) requests.take(bound, pdu, leaving === undefined ? 0 : STATUS.ESME_RMSGQFUL)
  }

  /** What the machine itself answers. */
  const onReply = (reply: PduInput): void => {
    const { command, status = 0 } = reply
    if (status === 0) traffic.patience--
    else traffic.refuse(command, status, now())
    const tooLate = leaving !== undefined && status === STATUS.ESME_RINVBNDSTS
    wire.write(tooLate ? { ...reply, status: STATUS.ESME_RMSGQFUL } : reply)
  }

  /** Nobody knows where the next PDU begins. */
  const onLost = (length: number): void => {
    const octets = wire.octets()
    const sequence = octets.length >= 16 ? octets.readUInt32BE(12) : 0
    wire.write({ command: 'generic_nack', status: STATUS.ESME_RINVCMDLEN, sequence })
    finish(`the customer sent a PDU with a length of ${length}`, true)
  }

  const onBind = (pdu: BindRequest): void => {
    signingIn = true
    const credentials = { login: pdu.system_id, psw: pdu.password, apikey: undefined, ip }
    const witness = parts.witnessOf(pdu.system_id, session)
    wire.watch(witness)
    witness?.(false, wire.octets())
    signing
      .signInSmpp(credentials)
      .then((account) => admit(pdu, credentials, account))
      .catch((error: unknown) => {
        if (!(error instanceof Refusal)) log.error('a bind failed', { listener: 'smpp', error })
        refuse(pdu, bindStatus(error), bindTrouble(error))
      })
  }

  const refuse = (pdu: BindRequest, status: number, why: string): void => {
    if (over) return
    parts.told.refused(status, pdu.system_id, why)
    log.debug('smpp bind refused', { listener: 'smpp', ip, code: statusName(status), reason: why })
    wire.write(bindRefused(pdu, status))
    finish(`the bind was refused: ${why}`, true)
  }

  const admit = (pdu: BindRequest, credentials: Credentials, account: Account): void => {
    if (over) return
    if (!parts.binds.enter(account)) {
      refuse(pdu, STATUS.ESME_RBINDFAIL, 'the account has as many sessions as it may')
      return
    }
    signingIn = false
    standing = createStanding(signing, credentials, account, leave)
    const opened = boundOf(pdu, standing)
    bound = opened
    boundAt = now()
    timers = onBound(timers, clock)
    machine.accept(pdu.command)
    wire.widen(limits.pduOctetsMax)
    if (pdu.system_id !== account.login) wire.watch(parts.witnessOf(account.login, session))
    wire.write(bindAccepted(pdu))
    parts.journal.note('smpp bound', { account: account.login, ip, reason: pdu.command })
    parts.told.bound()
    survives('bound', () => parts.events.bound(opened))
    wire.go()
  }

  const boundOf = (pdu: BindRequest, { account, again }: Standing): Bound => {
    const receives = pdu.command !== 'bind_transmitter'
    const tlvs = knowsTlvs(pdu.interface_version)
    return {
      id,
      bind: pdu.command,
      interfaceVersion: pdu.interface_version,
      systemType: pdu.system_type,
      ip,
      account,
      signInAgain: again,
      mayDeliver: () => receives && !over && leaving === undefined && parting === undefined && wire.mayWrite(),
      deliver(fields, ended) {
        if (over) return void process.nextTick(ended, undefined)
        deliveries.deliver(tlvs || !fields.tlvs ? fields : { ...fields, tlvs: {} }, ended, clock)
      },
      drop: (reason) => finish(reason, true),
    }
  }

  /** The customer goes: what is under way is answered first. */
  const part = (reply: PduInput | undefined, reason: string): void => {
    parting ??= { reply, reason }
    depart()
  }

  const depart = (): void => {
    if (over || requests.unanswered() > 0) return
    if (parting !== undefined) {
      if (parting.reply !== undefined) wire.write(parting.reply)
      finish(parting.reason, true)
    } else if (leaving !== undefined && unbindMs === undefined) {
      unbindMs = 0
      wire.write(machine.unbind())
    }
  }

  const leave = (reason: string): void => {
    if (over || leaving !== undefined) return
    leaving = reason
    if (bound === undefined) finish(reason, true)
    else depart()
  }

  const finish = (reason: string, politely: boolean): void => {
    if (over) return
    if (politely) wire.end()
    else wire.destroy()
    over = true
    requests.close()
    deliveries.close()
    if (bound && standing) {
      const { id: accountId, login } = standing.account()
      parts.binds.leave(accountId)
      parts.journal.note('smpp session ended', { account: login, ip, reason: leaving ?? reason })
      const gone = bound
      survives('unbound', () => parts.events.unbound(gone))
    }
    parts.told.ended(session)
  }

  /** Why the session can't go on, after so much time; undefined: it can. */
  const overdue = (elapsedMs: number): string | undefined => {
    if (unbindMs !== undefined) {
      unbindMs += elapsedMs
      if (unbindMs > limits.unbindMs) return 'the customer did not answer our unbind'
    }
    if (parting !== undefined && parting.reply === undefined) {
      lingeredMs += elapsedMs
      if (lingeredMs > limits.lingerMs) return parting.reason // who is gone for good looks like who waits for answers
    }
    return wire.overdue(elapsedMs)
  }

  const session: SmppSession = {
    id,
    ip,
    bound: () => bound,
    leave,
    destroy: wire.destroy,
    watch: wire.watch,

    tick(elapsedMs) {
      if (over) {
        lingeredMs += elapsedMs
        if (lingeredMs > limits.lingerMs) wire.destroy()
        return
      }
      traffic.tick(elapsedMs)
      const late = overdue(elapsedMs)
      if (late !== undefined) return finish(late, false)
      verifyMs += elapsedMs
      if (verifyMs >= limits.verifyMs) {
        verifyMs = 0
        standing?.verify()
      }
      if (wire.held()) return
      wire.go()
      clock += elapsedMs
      if (wire.heard()) timers = alive ? onMessage(timers, clock) : onHeard(timers, clock)
      alive = false
      deliveries.expire(clock - limits.deliveryMs)
      const [next, action] = onTick(timers, clock)
      timers = next
      if (action === 'send_enquire_link') wire.write(machine.enquire())
      else if (action === 'close:session_init') finish('no bind came in time', true)
      else if (action === 'close:inactivity') finish('two minutes without a message or enquire_link', true)
    },

    view: () => ({
      ...{ id, ip, tls: parts.tls, since: boundAt, login: standing?.account().login },
      ...{ bind: bound?.bind, interfaceVersion: bound?.interfaceVersion, systemType: bound?.systemType },
      ...{ unanswered: requests.unanswered(), unansweredPeak: requests.peak(), delivering: machine.unanswered() },
      ...traffic.view(),
      pdus: wire.counts(),
      state: (leaving ?? parting) ? 'leaving' : bound === undefined ? 'not bound' : wire.held() ? 'held' : 'bound',
    }),
  }
  return session
}
