import { simulator } from './simulator/simulator.ts'
import { smpp } from './smpp/smpp.ts'

/** Every kind of carrier there is, by the name an operator gives it: one folder and one line each. */
export const connectorKinds = { smpp, simulator } as const
