import type { CarrierCounters } from '../carrier.ts'
import type { CarrierOptions } from './carrier-link.ts'
import { type Centre, startCentre } from './centre.ts'
import { type Child, startChild } from './child.ts'
import type { LoopResult } from './closed-loop.ts'
import { type Database, openDatabase } from './database.ts'
import { pause } from './epoch.ts'
import { type Accounts, loginOf } from './requests.ts'

/** How much a bench does: `quick` proves that it works, the other gives figures to write down. */
export interface Effort {
  readonly quick: boolean
  readonly repeats: number
  /** How long each sample waits for a quiet machine. */
  readonly patienceMs: number
  readonly profileDir?: string
  /** Whether a question is asked. */
  readonly asks: (question: string) => boolean
}

/** Everything that plays: centre, its database, carrier and load, each in its own process. */
export interface Stage {
  readonly centre: Centre
  readonly database: Database
  readonly carrier: Carrier
  readonly load: Child
  /** One account that pays for everything; a second one beside it; many that take turns. */
  readonly single: Accounts
  readonly other: Accounts
  readonly many: Accounts
  /** The number of a recipient nobody has written to yet, with `count` free ones after it. */
  takeRecipients(count: number): number
}

export interface Carrier extends Child {
  counters(): Promise<CarrierCounters>
  /** Receipts the centre has acknowledged, which it does once they are durable. */
  acknowledged(): Promise<number>
  /** Behaves so from now on, and counts from nothing. */
  begin(options: Partial<CarrierOptions>): Promise<void>
  change(options: Partial<CarrierOptions>): Promise<void>
}

const PASSWORD = 'bench-password'
const WINDOW = 1_000
const PRICE = '1.50'
const USUAL: Partial<CarrierOptions> = { receipts: 'now', answersPerSecond: 0, held: false, watch: '' }
const NO_LIMITS = {
  concurrent: 0,
  identical: 0,
  status: 0,
  status_mass: 0,
  balance: 0,
  identical_other: 0,
  history: 0,
  statistics: 0,
  operator: 0,
}

/** Sets the stage, plays, and clears it whatever happened. */
export async function onStage<Result>(effort: Effort, play: (stage: Stage) => Promise<Result>): Promise<Result> {
  const undo: (() => Promise<void>)[] = []
  try {
    const carrier = await startCarrier()
    undo.push(carrier.stop)
    const load = await startChild('load.ts')
    undo.push(load.stop)
    const centre = await startCentre(effort.profileDir)
    undo.push(centre.stop) // the first to end: its carrier is still there
    const database = await openDatabase(centre.dataDir)
    undo.push(database.close)

    const single = { prefix: 'single', count: 1, password: PASSWORD }
    const other = { prefix: 'other', count: 1, password: PASSWORD }
    const many = { prefix: 'many', count: effort.quick ? 50 : 1_000, password: PASSWORD }
    await centre.command('tariff', 'set', '--default', '--price', PRICE)
    await connectCarrier(centre, await carrier.ask<number>('port'))
    for (const accounts of [single, other, many]) {
      await openAccounts(centre, accounts)
      const signedIn = await load.ask<LoopResult>('signIn', { port: centre.httpPort, accounts })
      if (signedIn.refused > 0) throw new Error(`sign-in: ${signedIn.samples[0]}`)
    }

    let recipients = 0
    const takeRecipients = (count: number) => {
      recipients += count
      return recipients - count
    }
    return await play({ centre, database, carrier, load, single, other, many, takeRecipients })
  } finally {
    for (const each of undo.reverse()) await each().catch((error: unknown) => console.error(error))
  }
}

async function startCarrier(): Promise<Carrier> {
  const child = await startChild('carrier.ts')
  return {
    ...child,
    counters: () => child.ask('counters'),
    acknowledged: () => child.ask('acknowledged'),
    async begin(options) {
      await child.ask('reset')
      await child.ask('change', { ...USUAL, ...options })
    },
    change: (options) => child.ask('change', options),
  }
}

/** One transceiver, everything routed to it; waits until it is bound. */
async function connectCarrier(centre: Centre, port: number): Promise<void> {
  const settings = ['--host', '127.0.0.1', '--port', String(port), '--system-id', 'bench', '--password', 'bench']
  await centre.command('carrier', 'add', 'smpp', '--name', 'bench', ...settings, '--window', String(WINDOW))
  await centre.command('route', 'add', '--carrier', 'bench')
  const deadline = Date.now() + 30_000
  for (;;) {
    const carriers: unknown = JSON.parse(await centre.command('carrier', 'list', '--json'))
    if (Array.isArray(carriers) && carriers.some((each: { link?: unknown }) => each.link === 'up')) return
    if (Date.now() > deadline) throw new Error('the carrier is not bound after 30 s')
    await pause(100)
  }
}

/** Through the admin API, a few at a time: each password costs three slow hashes. */
async function openAccounts(centre: Centre, accounts: Accounts): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < accounts.count) {
      const login = loginOf(accounts, next++)
      await centre.admin('POST', '/accounts', { login, password: accounts.password, balance: '900000000' })
      await centre.admin('PATCH', `/accounts/${login}/limits`, NO_LIMITS)
    }
  }
  await Promise.all([worker(), worker(), worker()])
}
