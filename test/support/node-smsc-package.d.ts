// What we use of the npm package `node-smsc` (0.2), which ships no types.
declare module 'node-smsc' {
  namespace initSmsc {
    type Query = Readonly<Record<string, string | number>>

    interface CallOptions {
      /** Parts of a multipart body; the parameters stay in the query. */
      readonly files?: readonly {
        readonly field: string
        readonly value: string | Buffer
        readonly options?: { readonly filename?: string }
      }[]
    }

    type Call = (query?: Query, options?: CallOptions) => Promise<unknown>

    interface Client {
      readonly send: Call
      readonly status: Call
      readonly balance: Call
      readonly get: Call
      readonly info: Call
      /** Without a date it resolves with the body as a stream. */
      readonly get_mnp: Call
      readonly phones: Call
      readonly templates: Call
      readonly jobs: Call
      readonly users: Call
      readonly senders: Call
      readonly receive_phones: Call
    }

    /** What its calls reject with when the answer has an `error_code`. */
    class SmscApiError extends Error {
      readonly response: Readonly<Record<string, unknown>>
    }
  }

  /** `request` is the address of the API's scripts; the password is sent as its MD5 unless `hashed` says that it is one. */
  function initSmsc(options: {
    readonly login?: string
    readonly password?: string
    readonly hashed?: boolean
    readonly request?: string
  }): initSmsc.Client

  export = initSmsc
}
