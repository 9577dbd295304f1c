import { isSimulator } from './connectors/simulator/simulator.ts'
import { Refusal } from './domain/refusal.ts'
import type { Path } from './lifecycle/path.ts'

/** A message from a handset that is not there, through the simulated carrier. */
export const simulateIncoming = (path: Path) => async (message: { from: string; to: string; text: string }) => {
  for (const { connector } of path.carriers.owned.values()) {
    if (!isSimulator(connector)) continue
    connector.simulateIncoming(message)
    return {}
  }
  throw new Refusal('not_found', { reason: 'There is no simulated carrier on this node.' })
}
