import { type Command, type Field, isResponse, PDUS, RESPONSE_BIT } from './pdu.ts'
import { NO_TLVS } from './tlv.ts'

/** A PDU's table, unfolded once into what the reader and writer run over for each PDU. */
export interface Layout {
  readonly command: Command
  readonly id: number
  readonly response: boolean
  readonly names: readonly string[]
  readonly fields: readonly Field[]
  /** A PDU with all fields at 0 or empty: copied for each PDU read, so that all of a kind have one shape. */
  readonly blank: Readonly<Record<string, unknown>>
}

export const NO_OCTETS: Buffer = Buffer.alloc(0)

const blankValue = (field: Field): unknown =>
  field.kind === 'cstring' ? '' : field.kind === 'octets' ? NO_OCTETS : field.kind === 'uint8' ? 0 : []

function layout(command: Command): Layout {
  const { id, fields } = PDUS[command]
  const entries = Object.entries<Field>(fields)
  const values = Object.fromEntries(entries.map(([name, field]) => [name, blankValue(field)]))
  return {
    command,
    id,
    response: isResponse(id),
    names: entries.map(([name]) => name),
    fields: entries.map(([, field]) => field),
    blank: { command, status: 0, sequence: 0, ...values, tlvs: NO_TLVS },
  }
}

export const LAYOUTS = Object.fromEntries(Object.keys(PDUS).map((command) => [command, layout(command as Command)])) as Readonly<
  Record<Command, Layout>
>

// Numbers are found by place: a command_id above 2^31 is slow as a key of a Map.
const REQUESTS: (Layout | undefined)[] = []
const RESPONSES: (Layout | undefined)[] = []
for (const one of Object.values(LAYOUTS)) {
  if (one.response) RESPONSES[one.id - RESPONSE_BIT] = one
  else REQUESTS[one.id] = one
}

export const layoutOf = (commandId: number): Layout | undefined =>
  commandId < RESPONSE_BIT ? REQUESTS[commandId] : RESPONSES[commandId - RESPONSE_BIT]
