/** What the path of a message knows of an account: read-only, thrown away when `version` rises. */
export interface Account {
  readonly id: number
  readonly version: number
  readonly login: string
  readonly payerId: number // whose balance pays
  readonly tariffId: number
  readonly currency: string
  readonly creditLimit: bigint // millionths, as of sign-in; printed by balance.php
  readonly utcOffsetMinutes: number
  readonly blocked: boolean
  readonly allowedIps: readonly string[] // addresses and CIDR blocks; empty: any
  readonly settings: AccountSettings
  readonly parentId?: number | undefined // of a sub-client: its main account
  /** The login that signed in, where it is an additional one of this account (users.php, type 4); `version` rises with either's. */
  readonly additional?: AdditionalLogin | undefined
}

export interface AdditionalLogin {
  readonly id: number
  readonly version: number
  /** Of its account, without what the login says. */
  readonly accountLogin: string
  readonly accountSettings: AccountSettings
  readonly accountOffsetMinutes: number
}

/**
 * What an account may set, by the names that users.php knows them under, `fl2[27]` included.
 * Unknown names are kept: later parts of the centre read them.
 */
export interface AccountSettings {
  readonly [name: string]: string | number | boolean | undefined
}

/** Limits of one account; 0 switches a limit off. Absent: the centre's default. */
export const LIMITS = {
  concurrent: { default: 15, meaning: 'requests of one login at the same time; this many are refused (error 9)' },
  identical: { default: 1, meaning: 'identical send requests a minute' },
  identical_cost: { default: 5, meaning: 'identical price requests a minute' },
  status: { default: 5, meaning: 'status requests for one message a minute' },
  status_mass: { default: 1, meaning: 'status requests for several messages a minute' },
  balance: { default: 10, meaning: 'balance requests a minute' },
  identical_other: { default: 3, meaning: 'identical requests of any other script a minute' },
  jobs: { default: 1, meaning: 'identical requests for mailings a minute' },
  history: { default: 30, meaning: 'requests for the history an hour' },
  statistics: { default: 3, meaning: 'requests for statistics a minute' },
  operator: { default: 100, meaning: 'requests for operators of numbers a minute' },
  events: { default: 60, meaning: 'event notifications (ping.php) a minute' },
  subclients: { default: 3, meaning: 'sub-clients added a minute, and changes of the same one' },
  documents: { default: 60, meaning: 'invoices and acts printed a minute' },
  subscriber: {
    default: 0,
    meaning:
      'messages to one number with less than 30 seconds between them; what is over is refused (status 23, err 251); the original has 50',
  },
  throughput: { default: 100, meaning: 'SMPP messages a second' },
  binds: { default: 10, meaning: 'SMPP sessions at the same time' },
  receipts: { default: 5, meaning: 'receipts and incoming messages sent over SMPP and not yet acknowledged (0: 10,000)' },
} as const

export type LimitName = keyof typeof LIMITS

/** Made once: names are asked for with every request. */
const SETTING_OF = Object.fromEntries(Object.keys(LIMITS).map((name) => [name, `limit.${name}`])) as Record<LimitName, string>

/** A limit as this account has it: its own setting `limit.<name>`, else the default. 0: none. */
export function limitOf(account: Account, name: LimitName): number {
  const own = account.settings[SETTING_OF[name]]
  return typeof own === 'number' ? own : LIMITS[name].default
}

/** Virtual sending (users.php fl2[27]): accepted, not sent, not charged, status 1 with err 200. */
export const inTestMode = (account: Account): boolean => isOn(account.settings['fl2[27]'])

/** The statuses of single parts are told with those of messages (users.php fl[23]). */
export const tracksParts = (account: Account): boolean => isOn(account.settings['fl[23]'])

export const isOn = (value: string | number | boolean | undefined): boolean => value === 1 || value === true || value === '1'
