import assert from 'node:assert/strict'
import type { Rule } from '../../src/domain/throttle/rule.ts'
import { addRule } from '../../src/store/shaping.ts'
import { eventually } from './eventually.ts'
import type { MessageStore } from './message-store.ts'
import { openRig, type Rig, type ScriptedCarrier } from './path.ts'

const STANDARD: Omit<Rule, 'id'> = {
  ...({ on: 'answer', carrierId: 0, mccmnc: '', status: -1, text: '', stat: '', err: '' } as const),
  ...({ class: 'spam', action: 'none', seconds: 0, after: 0 } as const),
}

/** What tests of shaping have in common, over one store. */
export const shapingScene = (db: () => MessageStore) => ({
  /** A node with one carrier, and rules for it alone. */
  async scene(
    rules: readonly Partial<Rule>[],
    { window = 1000, store = {} }: { window?: number; store?: object } = {},
  ): Promise<{ rig: Rig } & ScriptedCarrier> {
    const rig = openRig(db(), { shaping: true, store })
    const carrier = await rig.carrier({ window })
    for (const rule of rules) await addRule(db().sessions.general, { ...STANDARD, carrierId: carrier.id, ...rule })
    await rig.shaping.refresh()
    return { rig, ...carrier }
  },

  dueOf: (accountId: number) =>
    db().rows<{ carrier_id: number; reason: number; due_at: string }>(
      'select carrier_id, reason, due_at::text from due_queue where account_id = $1 order by id',
      [accountId],
    ),

  /** State and err of the newest message. */
  async stateOf(accountId: number): Promise<[number, number]> {
    const { state, err } = await db().row<{ state: number; err: number }>(
      'select state, err from messages where account_id = $1 order by id desc limit 1',
      [accountId],
    )
    return [state, err]
  },

  /** The carrier's pauses, once there are any. */
  stored: (carrierId: number) =>
    eventually(async () => {
      const found = await db().rows<{ id: number; key: string; until_at: string; reason: string; rate: number }>(
        'select id, key, until_at::text, reason, rate from shaping_pauses where carrier_id = $1 and lifted_at = 0 order by id',
        [carrierId],
      )
      assert.ok(found.length > 0, 'the pause is stored')
      return found
    }),
})
