import type { Action, Rule } from './rule.ts'

/** What is held back at a carrier: everything, a network, a sender, the rate, or a network that goes elsewhere. */
export type PauseKind = 'link' | 'destination' | 'sender' | 'rate' | 'route'

const KIND_OF: Readonly<Record<Action, PauseKind | undefined>> = {
  none: undefined,
  'pause-link': 'link',
  'pause-destination': 'destination',
  'pause-sender': 'sender',
  'halve-rate': 'rate',
  'other-route': 'route',
}

export interface Held {
  readonly carrierId: number
  readonly kind: PauseKind
  readonly key: string // the network or the sender; '' for a link or a rate
}

/** What a rule's action holds back, given the message that set it off. Undefined: it has none. */
export function heldBy(
  rule: Rule,
  carrierId: number,
  about: { readonly mccmnc: string; readonly sender: string },
): Held | undefined {
  const kind = KIND_OF[rule.action]
  if (kind === undefined) return undefined
  const key = kind === 'sender' ? about.sender : kind === 'destination' || kind === 'route' ? about.mccmnc : ''
  return { carrierId, kind, key }
}

/** For people: `sender Shop is paused at mts`. */
export function describeHeld({ kind, key }: Pick<Held, 'kind' | 'key'>, carrier: string, partsPerSecond = 0): string {
  const network = key === '' ? 'numbers of unknown networks' : `network ${key}`
  switch (kind) {
    case 'link':
      return `the link of ${carrier} is paused`
    case 'destination':
      return `${network} ${key === '' ? 'are' : 'is'} paused at ${carrier}`
    case 'sender':
      return `${key === '' ? 'messages without a sender are' : `sender ${key} is`} paused at ${carrier}`
    case 'rate':
      return `${carrier} gets at most ${Math.round(partsPerSecond * 10) / 10} parts a second`
    case 'route':
      return `${network} ${key === '' ? 'take' : 'takes'} other routes than ${carrier}`
  }
}
