import { simulator } from './simulator/simulator.ts'

/** Every kind of carrier there is, by the name an operator gives it: one folder and one line each. */
export const connectorKinds = { simulator } as const
