import type { CatalogueKeeper } from './catalogue.ts'
import type { Path } from './path.ts'

/** What this node counts, for /metrics. */
export const figuresOf = (path: Path, catalogue: CatalogueKeeper) => ({
  pendingRows: path.commits.pendingRows,
  commits: path.commits.counters,
  settle: { ...path.settle.counters },
  settlePending: path.settle.pending,
  incoming: path.incoming.counters,
  carriers: [...path.carriers.owned.values()].map(({ carrierId, connector, queue }) => ({
    name: catalogue.current().carrier(carrierId)?.name ?? String(carrierId),
    stats: connector.stats(),
    queuedMessages: queue.size,
    queuedParts: queue.parts,
  })),
})
