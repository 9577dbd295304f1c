import assert from 'node:assert/strict'
import type { Carrier } from './carrier.ts'
import type { Centre } from './centre.ts'
import { eventually } from './eventually.ts'

export interface Connection {
  readonly name: string
  /** Only numbers that begin so; without it, all. */
  readonly prefix?: string
  readonly priority?: number
  /** What becomes of a message that was sent and never answered. */
  readonly unknown?: 'auto' | 'hold' | 'resend'
  /** Of the kind `smpp`, as `carrier add` takes them. */
  readonly settings?: Readonly<Record<string, string | number>>
}

/** Pauses that suit a carrier next door. */
const QUICK = { reconnectMinMs: 50, reconnectMaxMs: 200, busyPauseMs: 50, busyPauseMaxMs: 200, responseTimeoutSeconds: 5 }

/** Adds a carrier at this port, with a route, and does not wait for it. */
export async function addCarrier(centre: Centre, port: number, connection: Connection): Promise<void> {
  const { name, prefix, priority, unknown, settings = {} } = connection
  await centre.admin('POST', '/carriers', {
    kind: 'smpp',
    name,
    ...(unknown && { unknown }),
    settings: { host: '127.0.0.1', port, systemId: 'heliogram', password: 'secret', ...QUICK, ...settings },
  })
  await centre.admin('POST', '/routes', { carrier: name, ...(prefix && { prefix }), ...(priority && { priority }) })
}

/** Resolves once the centre says so of the carrier's link. */
export async function linkIs(centre: Centre, name: string, wanted: 'up' | 'down' | 'connecting'): Promise<void> {
  await eventually(async () => {
    const carrier = (await centre.admin('GET', `/carriers/${name}`)) as { link: string; reason: string }
    assert.equal(carrier.link, wanted, `the link to ${name} is ${carrier.link}: ${carrier.reason}`)
  })
}

/** Adds a carrier with a route and resolves when messages can go to it. */
export async function connect(centre: Centre, carrier: Carrier, connection: Connection): Promise<void> {
  await addCarrier(centre, carrier.port, connection)
  await carrier.bound()
  await linkIs(centre, connection.name, 'up')
}

/** One price for a part, everywhere. */
export async function setPrice(centre: Centre, price: string): Promise<void> {
  await centre.admin('PUT', '/prices', { default: true, price })
}
