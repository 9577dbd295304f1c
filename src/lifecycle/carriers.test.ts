import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connector, ConnectorKind } from '../connectors/connector.ts'
import type { CarrierRow } from '../store/catalogue.ts'
import type { CarrierQueue } from './carrier-queue.ts'
import { makeCarriers } from './carriers.ts'
import type { Catalogue } from './catalogue.ts'

test('a renewal of the leases that was under way when the node stopped starts no carrier again', async () => {
  const told: string[] = []
  const connector = {
    start: () => void told.push('start'),
    stop: async () => void told.push('stop'),
  } as unknown as Connector
  const kind = {
    settings: { safeParse: () => ({ success: true, data: {} }) },
    create: () => connector,
  } as unknown as ConnectorKind
  const row = { id: 7, name: 'mts', kind: 'fake', settings: {}, enabled: true } as unknown as CarrierRow
  const catalogue = { carrier: () => row } as unknown as Catalogue
  const own = { epoch: 1, connector, close: () => [], withdraw: () => [] } as unknown as CarrierQueue
  const carriers = makeCarriers({
    kinds: { fake: kind },
    catalogue: () => catalogue,
    open: () => own,
    events: () => ({ settled() {}, receipts: async () => [], incoming: async () => [], captured() {} }) as never,
    mayWrite: () => true,
    homeless: () => {},
    forget: () => {},
    release: async () => {},
    now: () => 0,
  })
  const held = [{ carrierId: 7, epoch: 1 }]
  await carriers.hold(held, catalogue)
  await carriers.stop(0)
  await carriers.hold(held, catalogue)
  assert.deepEqual(told, ['start', 'stop'])
  assert.equal(carriers.owned.size, 0)
})
