import type { Account, AccountSettings } from '../../src/domain/account.ts'
import type { Bound, Reply } from '../../src/listeners/smpp/bound.ts'
import { encodePdu, readPdu } from '../../src/protocols/smpp/codec.ts'
import type { PduInput, PduOf, Request } from '../../src/protocols/smpp/pdu.ts'

export const accountOf = (settings: AccountSettings = {}, version = 1): Account => ({
  id: 7,
  version,
  login: 'alex',
  payerId: 7,
  tariffId: 1,
  currency: 'RUB',
  creditLimit: 0n,
  utcOffsetMinutes: 180,
  blocked: false,
  allowedIps: [],
  settings,
})

export interface FakeBound extends Bound {
  /** Why it was dropped, each time. */
  readonly dropped: string[]
  signedInAgain(): number
}

/** A session without a socket. `fresh`: what signing in anew gives. */
export function fakeBound(
  of: Partial<Pick<Bound, 'systemType' | 'interfaceVersion'>> & { account?: Account; fresh?: () => Promise<Account> } = {},
): FakeBound {
  let { account = accountOf() } = of
  let signIns = 0
  const dropped: string[] = []
  return {
    id: 1,
    bind: 'bind_transceiver',
    interfaceVersion: of.interfaceVersion ?? 0x34,
    systemType: of.systemType ?? '',
    ip: '127.0.0.1',
    account: () => account,
    async signInAgain() {
      signIns += 1
      account = await (of.fresh ?? (() => Promise.resolve(account)))()
      return account
    },
    mayDeliver: () => false,
    deliver: (_, ended) => ended(undefined),
    drop: (reason) => dropped.push(reason),
    dropped,
    signedInAgain: () => signIns,
  }
}

/** A PDU as the session's reader gives it: its octets are views of what came over the wire. */
export function received<C extends Request>(input: PduInput<C>): PduOf<C> {
  return fromHex<C>(encodePdu(input).toString('hex'))
}

export function fromHex<C extends Request>(hex: string): PduOf<C> {
  const octets = Buffer.from(hex.replace(/\s+/g, ''), 'hex')
  return readPdu(octets, 0, octets.length) as PduOf<C>
}

/** The octets of an answer. */
export const answered = <R extends Request>(command: R, sequence: number, reply: Reply<R>): string =>
  encodePdu({ command: `${command}_resp`, sequence, ...reply } as PduInput).toString('hex')
