import type { ConnectorEvents } from '../connectors/connector.ts'
import type { NumberProfile } from '../domain/number/parse.ts'
import type { SendingHours } from '../domain/sending-hours.ts'
import type { makeAccept } from './accept.ts'
import type { AttachReceipt } from './attach.ts'
import type { Captures } from './captures.ts'
import type { Carriers, Kinds } from './carriers.ts'
import type { CatalogueKeeper } from './catalogue.ts'
import type { FollowLink } from './click.ts'
import type { Deliveries } from './deliveries.ts'
import type { DropWaiting } from './drop.ts'
import type { GroupCommit } from './group-commit.ts'
import type { IncomingMessages } from './incoming.ts'
import type { Node } from './node.ts'
import type { Notifications } from './notify.ts'
import type { Numbering } from './numbering.ts'
import type { Orders } from './orders.ts'
import type { PathStore } from './path-store.ts'
import type { Probing } from './probing.ts'
import type { FindMessages, RemoveMessage } from './report.ts'
import type { Accept, EstimateRequest } from './request.ts'
import type { RoutingFigures } from './routing-figures.ts'
import type { SettleCommit } from './settle-commit.ts'
import type { Shaping } from './shaping.ts'
import type { RulesOf } from './text-rules.ts'

/** The path of a message on this node, running: everything that listeners and the operator ask of it. */
export interface Path {
  readonly accept: Accept
  readonly estimate: EstimateRequest
  readonly find: FindMessages
  readonly remove: RemoveMessage
  /** What customers do to messages over SMPP after they have submitted them. */
  readonly orders: Orders
  readonly follow: FollowLink
  readonly drop: DropWaiting
  readonly attach: AttachReceipt
  readonly commits: GroupCommit
  readonly settle: SettleCommit
  readonly incoming: IncomingMessages
  readonly carriers: Carriers
  readonly routing: RoutingFigures
  readonly shaping: Shaping
  readonly captures: Captures
  readonly probing: Probing
  /** Where what a carrier's connector reports goes to. */
  readonly eventsOf: (carrierId: number) => Pick<ConnectorEvents, 'settled' | 'receipts' | 'incoming' | 'captured'>
  /** Reads the catalogue and the leases now, instead of at the next beat: somebody changed them. */
  refresh(): Promise<void>
  /** Finishes what is owed within `graceMs`; what is left stands in the journal for the next start. */
  stop(graceMs: number): Promise<void>
}

/** What the path is put together from. `lost` is called when another program writes under our number: this one must end. */
export interface PathParts {
  readonly store: PathStore
  readonly node: Node
  readonly catalogue: CatalogueKeeper
  readonly numbering: Numbering
  readonly kinds: Kinds
  readonly profile: NumberProfile
  readonly publicUrl: string
  readonly observed: (what: { queuedMs: number }) => void
  readonly hasRoom: (bulk: boolean) => boolean
  readonly notifications: Pick<Notifications, 'toldOf' | 'toldOfVirtual' | 'incoming' | 'wake'>
  readonly deliveries: Pick<Deliveries, 'owe' | 'oweVirtual' | 'written' | 'wake'>
  /** Something is to be done with incoming messages that were just stored. */
  readonly incomingWaits?: (() => void) | undefined
  readonly isOver: Parameters<typeof makeAccept>[0]['isOver']
  readonly barsOf?: Parameters<typeof makeAccept>[0]['barsOf']
  readonly maySendOf?: Parameters<typeof makeAccept>[0]['maySendOf']
  readonly textRulesOf?: RulesOf | undefined
  readonly countDay?: Parameters<typeof makeAccept>[0]['countDay']
  /** When mailings and advertising may go, unless the account says otherwise. */
  readonly sendingHours?: SendingHours | undefined
  readonly guard: Parameters<typeof makeAccept>[0]['guard']
  readonly lost: (error: Error) => void
}
