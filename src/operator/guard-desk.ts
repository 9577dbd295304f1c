import type { Glance } from '../store/pool-session.ts'
import { createGuard } from './guard.ts'
import { createSimulation } from './guard-simulation.ts'

/** Everything the operator asks of the guard. */
export const createGuardDesk = ({
  watch,
  ...parts
}: Omit<Parameters<typeof createGuard>[0], 'figures' | 'tick'> & {
  readonly glance: Glance
  /** The guard of this node, at work. */
  readonly watch: Pick<Parameters<typeof createGuard>[0], 'figures' | 'tick'>
}) => ({ ...createGuard({ ...parts, ...watch }), simulate: createSimulation(parts) })

export type GuardDesk = ReturnType<typeof createGuardDesk>
