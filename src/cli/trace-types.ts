/** A message's life as the admin API tells it; docs/x-ray.md says what each member means. */
export interface Trace {
  readonly id: number
  readonly ref: number | string
  readonly account: string
  readonly channel: string
  readonly sender: string
  readonly recipient: string
  readonly mccmnc: string
  readonly text: string
  readonly comment: string
  readonly parts: number
  readonly part_states: readonly string[] | null
  readonly part_of: {
    readonly number: number
    readonly of: number
    readonly text: string
    readonly price: string
    readonly state_name: string
    readonly parts: readonly {
      readonly number: number
      readonly id: number
      readonly ref: number | string
      readonly state_name: string
    }[]
  } | null
  readonly state: number
  readonly state_name: string
  readonly err: number
  readonly err_name: string
  readonly waits: string | null
  readonly waits_until: string | null
  readonly price: string
  readonly refunded: string
  readonly currency: string
  readonly carrier: string | null
  readonly carrier_ids: readonly string[]
  readonly receipt: string | null
  readonly hlr: readonly string[] | null
  readonly expires_at: string
  readonly story: readonly Moment[]
  readonly steps: readonly { readonly step: string; readonly at: string; readonly took_ms: number; readonly says: string }[]
  readonly request: {
    readonly via: string | null
    readonly rebuilt: readonly Field[]
    readonly captured: readonly Moment[]
  }
  readonly normalised: {
    readonly recipient: string
    readonly country: string
    readonly operator: string
    readonly region: string
    readonly mccmnc: string
    readonly mccmnc_today: string
    readonly alphabet: string
    readonly length: number
    readonly unit: string
    readonly parts: number
  }
  readonly pricing: { readonly says: string; readonly carrier_cost: string | null; readonly margin: string | null }
  readonly postings: readonly {
    readonly id: number
    readonly kind: string
    readonly at: string
    readonly account: string
    readonly amount: string
    readonly whole: string
    readonly found: string
  }[]
  readonly routing: {
    readonly version: number
    readonly version_today: number
    readonly changed_since: boolean
    readonly routes: readonly {
      readonly place: number
      readonly route: number
      readonly carrier: string
      readonly priority: number
      readonly where: string
      readonly says: string
      readonly came: string
    }[]
    readonly more_lost: number
    readonly asked_elsewhere: readonly string[]
  }
  readonly answers: readonly { readonly carrier: string; readonly outcome: string }[]
  readonly pdus: readonly Pdu[]
  readonly pdu_notes: readonly string[]
  readonly unreadable_nearby: number
  readonly receipts: readonly {
    readonly at: string | null
    readonly origin: string
    readonly carrier_ids: readonly string[]
    readonly state: string | null
    readonly stat: string
    readonly err: string
    readonly done_at: string | null
    readonly hex: string | null
  }[]
  readonly notifications: readonly Moment[]
}

export interface Moment {
  readonly at: string | null
  readonly says: string
}

export interface Field {
  readonly name: string
  readonly value: string
}

export interface Pdu {
  readonly at: string
  readonly carrier: string
  readonly direction: 'sent' | 'received'
  readonly part: number | null
  readonly origin: string
  readonly why: string | null
  readonly name: string
  readonly sequence: number | null
  readonly status: string
  readonly fields: readonly Field[]
  readonly octets: number
  readonly hex: string
}
