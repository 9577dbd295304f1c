// What we use of the npm package `smpp` (0.5), which ships no types.
declare module 'smpp' {
  import type { EventEmitter } from 'node:events'
  import type { Server as NetServer, Socket } from 'node:net'

  namespace smpp {
    /** A text as the package decoded it, or octets where its data_coding is not a text's. */
    export interface Message {
      readonly message: string | Buffer
      readonly udh?: readonly Buffer[] // one per information element
    }

    export interface Pdu {
      readonly command: string
      readonly command_status: number
      readonly sequence_number: number
      readonly system_id: string
      readonly password: string
      readonly source_addr: string
      readonly source_addr_ton: number
      readonly source_addr_npi: number
      readonly destination_addr: string
      readonly dest_addr_ton: number
      readonly dest_addr_npi: number
      readonly esm_class: number
      readonly data_coding: number
      readonly protocol_id: number
      readonly priority_flag: number
      readonly registered_delivery: number
      readonly validity_period: Date | string
      readonly short_message?: Message
      readonly message_payload?: Message
      readonly sar_msg_ref_num?: number
      readonly sar_total_segments?: number
      readonly sar_segment_seqnum?: number
      readonly user_message_reference?: number
      readonly message_id: string
      readonly message_state?: number
      readonly receipted_message_id?: string
      readonly network_error_code?: Buffer
      readonly final_date?: Date | string
      readonly error_code?: number
      readonly unsuccess_sme?: readonly { readonly destination_addr: string; readonly error_status_code: number }[]
      readonly sc_interface_version?: number
      response(options?: object): Pdu
    }

    export interface Encodable {
      toBuffer(): Buffer
    }

    export interface Session extends EventEmitter {
      readonly socket: Socket
      send(pdu: Pdu | Encodable, answered?: (response: Pdu) => void): boolean
      deliver_sm(options: object, answered?: (response: Pdu) => void): boolean
      submit_sm(options: object, answered?: (response: Pdu) => void): boolean
      submit_multi(options: object, answered?: (response: Pdu) => void): boolean
      query_sm(options: object, answered?: (response: Pdu) => void): boolean
      cancel_sm(options: object, answered?: (response: Pdu) => void): boolean
      replace_sm(options: object, answered?: (response: Pdu) => void): boolean
      bind_transceiver(options: object, answered?: (response: Pdu) => void): boolean
      bind_transmitter(options: object, answered?: (response: Pdu) => void): boolean
      bind_receiver(options: object, answered?: (response: Pdu) => void): boolean
      close(done?: () => void): void
      destroy(done?: () => void): void
    }
  }

  const smpp: {
    connect(options: {
      readonly host: string
      readonly port: number
      readonly tls?: boolean
      readonly rejectUnauthorized?: boolean
    }): smpp.Session
    readonly PDU: {
      new (command: string, options: object): smpp.Encodable
      fromBuffer(octets: Buffer): smpp.Pdu
    }
    createServer(listener: (session: smpp.Session) => void): NetServer
    readonly errors: Readonly<Record<string, number>>
  }
  export = smpp
}
