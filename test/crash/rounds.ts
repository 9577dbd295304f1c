import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { type Carrier, startCarrier } from '../support/carrier.ts'
import { type Centre, startCentre } from '../support/centre.ts'
import { connect, setPrice } from '../support/connect.ts'
import type { Customer } from '../support/customer.ts'
import { killServer } from '../support/embedded-server.ts'
import { eventually } from '../support/eventually.ts'
import { type Counts, checkMoney, checkRound, drained } from './check.ts'
import { type Gateway, openGateway } from './gateways.ts'
import { type Sent, startLoad } from './load.ts'
import type { Random } from './random.ts'

/** A centre in production on its own embedded server with full durability, customers, and a carrier: all of it survives the rounds. */
export interface Scene {
  readonly centre: Centre
  readonly carrier: Carrier
  readonly customers: readonly Customer[]
  readonly gateways: readonly Gateway[]
  stop(): Promise<void>
}

export const LOGINS = ['bank', 'shop', 'club', 'taxi']
/** Customers that send over SMPP, and take their receipts there. */
export const GATEWAYS = ['kannel', 'jasmin']
const GATEWAY_WINDOW = 10
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
    gateways: [],
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
    const gateways: Gateway[] = []
    for (const login of GATEWAYS) gateways.push(await gatewayOf(centre, login))
    const stop = async () => {
      await Promise.all(gateways.map((gateway) => gateway.close()))
      await scene.stop()
    }
    return { ...scene, customers, gateways, stop }
  } catch (error) {
    await scene.stop()
    throw error
  }
}

async function gatewayOf(centre: Centre, login: string): Promise<Gateway> {
  await centre.account(login, MONEY)
  await centre.admin('PATCH', `/accounts/${login}/limits`, { throughput: 0 })
  const { password } = (await centre.admin('POST', `/accounts/${login}/smpp-password`)) as { password: string }
  return openGateway({ port: centre.smppPort, login, password, window: GATEWAY_WINDOW })
}

/** machine: both at once, as when somebody pulls its plug. */
export type Victim = 'program' | 'database' | 'machine'

/** One plug pulled at a random moment under load, and everything proved that must hold afterwards. */
export async function crashRound({ centre, carrier, gateways }: Scene, victim: Victim, random: Random): Promise<Counts> {
  carrier.forget()
  const load = loadOf(centre, gateways, random)
  await eventually(() => assert.ok(load.oks() > 0, 'no request was answered OK'))
  await pause(random.between(50, 500)) // the moment that the seed chose
  if (victim === 'database') await killDatabase(centre, load)
  else await killProgram(centre, load, victim, random)
  await drained(centre)
  const sent = load.sent()
  const counts = await checkRound(centre, sent, carrier.taken)
  await checkMoney(centre, [...LOGINS, ...GATEWAYS], MONEY)
  let repeated = 0
  for (const [at, login] of GATEWAYS.entries())
    repeated += (await gateways[at]?.receipts(await owedTo(centre, login, sent)))?.repeated ?? 0
  return { ...counts, repeated }
}

/** Over HTTP and over SMPP at the same time. */
interface BothLoads {
  sent(): Sent[]
  oks(): number
  stop(): Promise<void>
}

function loadOf(centre: Centre, gateways: readonly Gateway[], random: Random): BothLoads {
  const http = startLoad(Number(new URL(centre.url).port), LOGINS, random)
  const smpp = gateways.map((gateway) => gateway.load())
  return {
    sent: () => [...http.sent, ...smpp.flatMap(({ sent }) => sent)],
    // The slower of both, so that a kill meets each at work.
    oks: () =>
      Math.min(
        http.oks(),
        smpp.reduce((sum, { sent }) => sum + sent.filter(({ answer }) => answer === 'ok').length, 0),
      ),
    stop: async () => void (await Promise.all([http.stop(), ...smpp.map((load) => load.stop())])),
  }
}

/** The messages of a gateway that it was promised, and whose state is final: one that is held has no receipt. */
async function owedTo(centre: Centre, login: string, sent: readonly Sent[]): Promise<number[]> {
  const refs = sent.filter((one) => one.login === login && one.answer === 'ok').map(({ ref }) => ref)
  const rows = await centre.query<{ ref: string }>(
    `select m.ref from messages m join accounts a on a.id = m.account_id where a.login = $1 and m.ref = any($2) and m.state > 0`,
    [login, refs],
  )
  return rows.map(({ ref }) => Number(ref))
}

async function killProgram(centre: Centre, load: BothLoads, victim: Victim, random: Random): Promise<void> {
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
async function killDatabase(centre: Centre, load: BothLoads): Promise<void> {
  await killServer(centre.dataDir)
  const before = load.oks()
  await eventually(() => assert.ok(load.oks() > before + 20, `requests are answered OK again; last: ${load.sent().at(-1)?.said}`))
  await load.stop()
}

/** Of ten rounds two are the database's and one is the whole machine's. */
export const victimOf = (round: number): Victim => (round % 5 === 4 ? 'database' : round % 10 === 7 ? 'machine' : 'program')

export const seedOf = (): number => Number(process.env.HELIOGRAM_TEST_SEED) || 20_261_122

export const describe = (round: number, victim: Victim, counts: Counts): string =>
  `round ${round + 1} (${victim}): ${counts.ok} OK, ${counts.refused} refused, ${counts.silence} without an answer; ` +
  `${counts.messages} messages, ${counts.marked} marked as possible duplicates, ${counts.twice} twice at the carrier, ${counts.repeated} receipts repeated`
