import type { CatalogueKeeper } from './catalogue.ts'
import type { Path } from './path.ts'

/** What this node tells of itself when its metrics are read. */
export function figuresOf(path: Path, catalogue: CatalogueKeeper) {
  return {
    pendingRows: path.commits.pendingRows,
    commits: path.commits.counters,
    settle: { ...path.settle.counters },
    settlePending: path.settle.pending,
    routing: { ...path.routing.counters() },
    incoming: path.incoming.counters,
    carriers: [...path.carriers.owned.values()].map(({ carrierId, connector, queue }) => ({
      name: catalogue.current().carrier(carrierId)?.name ?? String(carrierId),
      stats: connector.stats(),
      queuedMessages: queue.size,
      queuedParts: queue.parts,
      answers: path.shaping.answers(carrierId),
      pauses: countBy(
        path.shaping.pauses().filter((pause) => pause.carrierId === carrierId),
        ({ kind }) => kind,
      ),
    })),
  }
}

function countBy<T>(list: readonly T[], keyOf: (each: T) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const each of list) counts.set(keyOf(each), (counts.get(keyOf(each)) ?? 0) + 1)
  return counts
}
