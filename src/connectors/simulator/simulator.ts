import { CHANNELS, type Channel } from '../../domain/channel.ts'
import { type Connector, defineConnector } from '../connector.ts'
import { createSimulator, type Simulator } from './link.ts'
import { partsOf } from './parts.ts'
import { settings } from './settings.ts'

export type { Simulator } from './link.ts'

/**
 * A carrier that is not there: for the sandbox, load tests and our own tests. It carries everything; what becomes of a
 * message follows from the seed, the rules and the message, so a test says what it wants by whom it writes to.
 */
export const simulator = defineConnector({
  title: 'Simulator',
  settings,
  carries: () => Object.keys(CHANNELS) as Channel[],
  partsOf: (_, content) => partsOf(content),
  create: createSimulator,
})

/** A kind makes connectors; this finds those to which `simulateIncoming` can be said. */
export const isSimulator = (connector: Connector): connector is Simulator => 'simulateIncoming' in connector
