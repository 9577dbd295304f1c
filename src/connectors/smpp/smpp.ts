import { CHANNELS, type Channel, isShortMessage } from '../../domain/channel.ts'
import { defineConnector } from '../connector.ts'
import { createCarrier } from './carrier.ts'
import { nextProbe } from './check-series.ts'
import { concludeCheck } from './check-verdict.ts'
import { partsOf } from './outgoing.ts'
import { smppSettings } from './settings.ts'

const CARRIED = (Object.keys(CHANNELS) as Channel[]).filter(isShortMessage)

/** A mobile network or an aggregator that speaks SMPP 3.4 or 5.0; we are the ESME. */
export const smpp = defineConnector({
  title: 'SMPP',
  settings: smppSettings,
  carries: () => CARRIED,
  partsOf,
  create: createCarrier,
  check: { next: nextProbe, conclude: concludeCheck },
})
