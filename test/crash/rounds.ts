import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { type Carrier, startCarrier } from '../support/carrier.ts'
import { type Centre, startCentre } from '../support/centre.ts'
import { connect, setPrice } from '../support/connect.ts'
import type { Customer } from '../support/customer.ts'
import { killServer } from '../support/embedded-server.ts'
import { eventually } from '../support/eventually.ts'
import { type Counts, checkMoney, checkRound, drained } from './check.ts'
import { type Load, startLoad } from './load.ts'
import type { Random } from './random.ts'

/** A centre in production on its own embedded server with full durability, customers, and a carrier: all of it survives the rounds. */
export interface Scene {
  readonly centre: Centre
  readonly carrier: Carrier
  readonly customers: readonly Customer[]
  stop(): Promise<void>
}

export const LOGINS = ['bank', 'shop', 'club', 'taxi']
const MONEY = 1_000_000
const ESME_RTHROTTLED = 0x58

export async function openScene(random: Random, window: number): Promise<Scene> {
  const carrier = await startCarrier({
    // A carrier pushes back now and then; what it did not take may come again unmarked.
    verdict: () => (random.chance(0.01) ? { status: ESME_RTHROTTLED } : 'take'),
  })
  const centre = await startCentre({ mode: 'serve', database: 'embedded', environment: { HELIOGRAM_LOG_LEVEL: 'warn' } })
  const scene: Scene = {
    centre,
    carrier,
    customers: [],
    stop: async () => {
      await centre.stop()
      await carrier.stop()
    },
  }
  try {
    await setPrice(centre, '1.25')
    const customers: Customer[] = []
    for (const login of LOGINS) customers.push(await centre.account(login, MONEY))
    await connect(centre, carrier, { name: 'carrier', unknown: 'resend', settings: { window } })
    return { ...scene, customers }
  } catch (error) {
    await scene.stop()
    throw error
  }
}

/** machine: both at once, as when somebody pulls its plug. */
export type Victim = 'program' | 'database' | 'machine'

/** One plug pulled at a random moment under load, and everything proved that must hold afterwards. */
export async function crashRound({ centre, carrier }: Scene, victim: Victim, random: Random): Promise<Counts> {
  carrier.forget()
  const load = startLoad(Number(new URL(centre.url).port), LOGINS, random)
  await eventually(() => assert.ok(load.oks() > 0, `no request was answered OK: ${load.sent[0]?.said}`))
  await pause(random.between(50, 500)) // the moment that the seed chose
  if (victim === 'database') await killDatabase(centre, load)
  else await killProgram(centre, load, victim, random)
  await drained(centre)
  const counts = await checkRound(centre, load.sent, carrier.taken)
  await checkMoney(centre, LOGINS, MONEY)
  return counts
}

async function killProgram(centre: Centre, load: Load, victim: Victim, random: Random): Promise<void> {
  await centre.kill()
  if (victim === 'machine') await killServer(centre.dataDir)
  await load.stop()
  await centre.start()
  if (!random.chance(0.2)) return
  // And once more, while it recovers.
  await pause(random.between(0, 100))
  await centre.kill()
  await centre.start()
}

/** The program stays and starts its server again; customers go on asking until they are served again. */
async function killDatabase(centre: Centre, load: Load): Promise<void> {
  await killServer(centre.dataDir)
  const before = load.oks()
  await eventually(() => assert.ok(load.oks() > before + 20, `requests are answered OK again; last: ${load.sent.at(-1)?.said}`))
  await load.stop()
}

/** Of ten rounds two are the database's and one is the whole machine's. */
export const victimOf = (round: number): Victim => (round % 5 === 4 ? 'database' : round % 10 === 7 ? 'machine' : 'program')

export const seedOf = (): number => Number(process.env.HELIOGRAM_TEST_SEED) || 20_261_122

export const describe = (round: number, victim: Victim, counts: Counts): string =>
  `round ${round + 1} (${victim}): ${counts.ok} OK, ${counts.refused} refused, ${counts.silence} without an answer; ` +
  `${counts.messages} messages, ${counts.marked} marked as possible duplicates, ${counts.twice} twice at the carrier`
