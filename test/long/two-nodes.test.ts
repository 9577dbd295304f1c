import assert from 'node:assert/strict'
import { checkMoney, checkRound, drained } from '../crash/check.ts'
import { startLoad } from '../crash/load.ts'
import { randomOf } from '../crash/random.ts'
import { startCarrier } from '../support/carrier.ts'
import { type Centre, startCentre } from '../support/centre.ts'
import { connect, linkIs, setPrice } from '../support/connect.ts'
import { createDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

const LOGINS = ['bank', 'shop']
const portOf = ({ url }: Centre) => Number(new URL(url).port)

story(
  'two programs share a database; when the one that owns the carrier is killed, the other goes on, and nothing is lost',
  async (t) => {
    const database = await createDatabase()
    const carrier = await startCarrier()
    t.after(carrier.stop)
    const one = await startCentre({ mode: 'serve', database })
    t.after(one.stop)
    const other = await startCentre({ mode: 'serve', database })
    t.after(other.stop)
    await setPrice(one, '1')
    for (const login of LOGINS) await one.account(login, 100_000)
    await connect(one, carrier, { name: 'carrier', unknown: 'resend', settings: { window: 20 } })

    // Who owns the link is the node's business: both take messages for it.
    const viaOther = other.customer('bank', 'bank-secret')
    const id = await eventually(() => viaOther.sent({ phones: '79400000001', mes: 'Through the other door' })) // once it has heard of the carrier
    await viaOther.sees(1, '79400000001', id)
    carrier.forget()

    const nodes = (await one.admin('GET', '/nodes')) as { node: number; carriers: readonly string[] }[]
    assert.equal(nodes.length, 2)
    const random = randomOf(11)
    const loads = [startLoad(portOf(one), LOGINS, random), startLoad(portOf(other), LOGINS, random)]
    const oks = () => loads.map((load) => load.oks())
    await eventually(() => assert.ok(Math.min(...oks()) >= 50, `answered OK: ${oks()}`))
    const [{ node } = { node: -1 }] = await one.query<{ node: number }>('select node from carrier_leases')
    const owner = await Promise.any(
      [one, other].map(async (centre) => {
        assert.match(centre.output(), new RegExp(`"node":${node},.*"msg":"ready"`))
        return centre
      }),
    )
    const survivor = owner === one ? other : one
    await owner.kill()
    await Promise.all(loads.map((load) => load.stop()))

    await linkIs(survivor, 'carrier', 'up')
    await drained(survivor, 120_000)
    const counts = await checkRound(
      survivor,
      loads.flatMap((load) => load.sent),
      carrier.taken,
    )
    t.diagnostic(JSON.stringify(counts))
    await checkMoney(survivor, LOGINS, 100_000)
  },
)
