import { promises as dns, lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { addressRefusal } from '../../domain/callable-address.ts'

export interface Address {
  readonly address: string
  readonly family: number // 4 or 6
}

/** All addresses of a host name. */
export type Resolve = (hostname: string) => Promise<readonly Address[]>

/** A host that may not be called for a customer; the message is a sentence. */
export class NotCallable extends Error {
  override readonly name = 'NotCallable'
}

const ADVICE = 'A handler must be reached over the public internet.'

/** Rejects an address written as such; names are looked at when they are resolved. */
export function checkHost(host: string, loopback: boolean): void {
  const refusal = isIP(host) === 0 ? undefined : addressRefusal(host, { loopback })
  if (refusal !== undefined) throw new NotCallable(`${host} ${refusal}. ${ADVICE}`)
}

/**
 * For a socket: resolves a name, looks at every address it has, and gives the socket those that were looked at. So a name that
 * leads elsewhere a moment later gains nothing: whatever is connected to was checked.
 */
export const checkedLookup =
  (resolve: Resolve, loopback: boolean): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname)
      .then((addresses) => {
        for (const { address } of addresses) {
          const refusal = addressRefusal(address, { loopback })
          if (refusal !== undefined) throw new NotCallable(`${hostname} leads to ${address}, which ${refusal}. ${ADVICE}`)
        }
        const [first] = addresses
        if (!first) throw new NotCallable(`${hostname} has no address.`)
        if (options.all) callback(null, [...addresses])
        else callback(null, first.address, first.family)
      })
      .catch((error: NodeJS.ErrnoException) => callback(error, '', 0))
  }

/** Two questions of three seconds; the system's own look-up would keep one of the process's few threads as long as it likes. */
const resolver = new dns.Resolver({ timeout: 3_000, tries: 2 })

/** By the DNS. A name without a dot is one of this machine's or its neighbours', which the system knows. */
export const resolveHost: Resolve = async (hostname) => {
  if (!hostname.includes('.')) return systemLookup(hostname)
  const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
  const found = [...addressesOf(four, 4), ...addressesOf(six, 6)]
  if (found.length === 0 && four.status === 'rejected') throw four.reason
  return found
}

const addressesOf = (answer: PromiseSettledResult<string[]>, family: number): Address[] =>
  answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : []

const systemLookup: Resolve = (hostname) =>
  new Promise((resolve, reject) =>
    lookup(hostname, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses))),
  )
