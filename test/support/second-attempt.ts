import assert from 'node:assert/strict'
import type { Outgoing } from '../../src/connectors/connector.ts'
import type { Account } from '../../src/domain/account.ts'
import type { Control } from '../../src/domain/delivery-control.ts'
import type { Route } from '../../src/domain/route.ts'
import { compileRoutes } from '../../src/domain/route-table.ts'
import type { MessageStore } from './message-store.ts'
import { openRig, type Rig, type ScriptedCarrier } from './path.ts'

// A message under delivery control, and two carriers that do as the test says.
export const HOUR = 3_600_000
export const UNDER_CONTROL: Control = { on: 'failure', sender: 'RESERVE', validityMs: HOUR }

export interface Scene {
  readonly db: MessageStore
  readonly rig: Rig
  readonly first: ScriptedCarrier
  readonly second: ScriptedCarrier
  readonly account: Account
  readonly sent: Outgoing
}

/** A message under control, with the first of two carriers. */
export async function withFirst(
  db: MessageStore,
  wish: {
    control?: Control
    content?: Outgoing['content']
    flags?: number
    only?: 'one carrier'
    routes?: (first: number, second: number) => readonly Partial<Route>[]
    aheadMs?: number
  } = {},
): Promise<Scene> {
  const table: Route[] = []
  const rig = openRig(db, { routes: () => compileRoutes({ routes: table }), cost: 400_000n })
  rig.clock.aheadMs = wish.aheadMs ?? 0
  const [first, second] = [await rig.carrier(), await rig.carrier()]
  const plain: Omit<Route, 'carrierId'> = { id: 1, channel: 'sms', priority: 200 }
  table.push({ ...plain, carrierId: first.id }, { ...plain, id: 2, priority: 100, carrierId: second.id })
  if (wish.only) table.pop()
  const account = await db.account()
  const { control = UNDER_CONTROL, flags = 0, content } = wish
  const draft = rig.draft({ candidates: [first.id], control, flags, validityMs: HOUR, ...(content && { content }) })
  await rig.send(account, [draft])
  const [sent] = await first.connector.afterSending(1)
  assert.ok(sent)
  return { db, rig, first, second, account, sent }
}

/** What is due goes out, and whatever was answered is written. */
export async function settled({ rig }: Scene): Promise<void> {
  await rig.settle.drained()
  while (await rig.due.round());
  await rig.settle.drained()
}

interface Row {
  readonly state: number
  readonly err: number
  readonly sender: string
  readonly carrier_id: number
  readonly refunded: string
  readonly cost: string
  readonly control: Control
  readonly receipt: string | null
  readonly sent_at: string
  readonly expires_at: string
}
export const rowOf = ({ db, account }: Pick<Scene, 'db' | 'account'>) =>
  db.row<Row>(
    `select state, err, sender, carrier_id, refunded::text, cost::text, control, receipt, sent_at::text, expires_at::text
     from messages where account_id = $1`,
    [account.id],
  )
export const paid = async ({ db, account }: Scene) => 1_000_000_000n - (await db.balanceOf(account.id))
export const fails = (scene: Scene, id: string, state: 'undelivered' | 'expired' = 'undelivered', stat = 'UNDELIV') =>
  scene.first.connector.receive({ carrierIds: [id], state, stat, err: '001' })
