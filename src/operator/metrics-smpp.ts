import { Counter, Gauge, type Registry } from 'prom-client'

/** What the SMPP server for customers tells of itself. Totals are since the start of the process. */
export interface SmppNodeFigures {
  readonly connections: number
  readonly unbound: number
  /** By bind_transmitter, bind_receiver, bind_transceiver. */
  readonly sessions: ReadonlyMap<string, number>
  /** Requests of customers without our response, and deliver_sm without theirs. */
  readonly unanswered: number
  readonly delivering: number
  readonly pdusRead: number
  readonly pdusWritten: number
  /** submit_sm, submit_multi and data_sm that came, and requests of any kind that were answered with status 0. */
  readonly submits: number
  readonly accepted: number
  /** deliver_sm: acknowledged, and refused or left without a response. */
  readonly delivered: number
  readonly undelivered: number
  /** By the name of their command_status. */
  readonly bindsRefused: ReadonlyMap<string, number>
  readonly requestsRefused: ReadonlyMap<string, number>
  /** By why. */
  readonly connectionsRefused: ReadonlyMap<string, number>
  /** Receipts and incoming messages that this node has in memory for sessions, and what became of others. */
  readonly owed?: { readonly inMemory: number; readonly counters: Readonly<Record<string, number>> }
}

const BINDS = ['transmitter', 'receiver', 'transceiver']

/** The figures of customers' SMPP in a registry. The function that it returns sets them. */
export function smppMetrics(registry: Registry): (figures: SmppNodeFigures) => void {
  const about = (name: string, help: string, labelNames: string[]) => ({
    ...{ name: `heliogram_smpp_${name}`, help, labelNames, registers: [registry] },
  })
  const gauge = (name: string, help: string, label?: string) => new Gauge(about(name, help, label ? [label] : []))
  const total = (name: string, help: string, label: string) => new Counter(about(name, help, [label]))

  const sessions = gauge('sessions', 'Customers’ SMPP sessions, by how they are bound', 'bind')
  const connections = gauge('connections', 'Connections to the SMPP server, bound or not')
  const unbound = gauge('connections_unbound', 'Those of them that have not bound yet')
  const unanswered = gauge('unanswered', 'Requests of customers without our response, and deliver_sm without theirs', 'what')
  const requests = total(
    'requests_total',
    'Messages that customers submitted over SMPP, and requests of any kind that were accepted',
    'what',
  )
  const refused = total('requests_refused_total', 'Requests of customers that were refused, by command_status', 'status')
  const binds = total('binds_refused_total', 'Binds that were refused, by command_status', 'status')
  const turnedAway = total('connections_refused_total', 'Connections that were closed as they came, by why', 'why')
  const deliveries = total(
    'deliveries_total',
    'deliver_sm that customers acknowledged, and that they refused or did not answer',
    'what',
  )
  const owed = gauge('owed_in_memory', 'Receipts and incoming messages in memory for SMPP sessions')
  const owedTotal = total(
    'owed_total',
    'Receipts and incoming messages: delivered; refused for now or unanswered, and delivered again; dropped, refused for good; expired and surplus, never fetched',
    'what',
  )
  const pdus = total('pdus_total', 'PDUs read and written', 'way')

  const set = (counter: Counter, label: string, counts: Iterable<readonly [string, number]>): void => {
    counter.reset()
    for (const [value, count] of counts) counter.inc({ [label]: value }, count)
  }
  return (figures) => {
    for (const bind of BINDS) sessions.set({ bind }, figures.sessions.get(`bind_${bind}`) ?? 0)
    connections.set(figures.connections)
    unbound.set(figures.unbound)
    unanswered.set({ what: 'requests' }, figures.unanswered)
    unanswered.set({ what: 'deliveries' }, figures.delivering)
    set(requests, 'what', [
      ['submitted', figures.submits],
      ['accepted', figures.accepted],
    ])
    set(refused, 'status', figures.requestsRefused)
    set(binds, 'status', figures.bindsRefused)
    set(turnedAway, 'why', figures.connectionsRefused)
    set(deliveries, 'what', [
      ['delivered', figures.delivered],
      ['undelivered', figures.undelivered],
    ])
    owed.set(figures.owed?.inMemory ?? 0)
    set(owedTotal, 'what', Object.entries(figures.owed?.counters ?? {}))
    set(pdus, 'way', [
      ['read', figures.pdusRead],
      ['written', figures.pdusWritten],
    ])
  }
}
