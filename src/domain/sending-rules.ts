import { type Account, type AccountSettings, isOn } from './account.ts'
import { MINUTE_MS } from './calendar.ts'
import { type Destinations, readDestinations } from './destinations.ts'
import { readHours, type SendingHours } from './sending-hours.ts'

/** How many messages of an account are taken on one day of its zone; 0: any number. */
export interface DayLimits {
  readonly messages: number // dlim
  readonly number: number // plim: to one number
  readonly text: number // tlim: of one text to one number
  readonly address: number // ilim: for one `userip`
}

/** What an account's settings say of every message (SMSC API, users.php). */
export interface SendingRules {
  /** fmts; undefined: everywhere. */
  readonly destinations: Destinations | undefined
  /** tmlim with fl2[15] and fl2[16]; undefined: the centre's. */
  readonly hours: SendingHours | undefined
  readonly validityMaxMs: number // vld
  readonly noMailings: boolean // fl[6]
  readonly noMassMessages: boolean // fl2[23]
  readonly keepSender: boolean // fl2[12]: refuse instead of replacing it
  readonly hideSender: boolean // fl2[13]: a sender that is replaced is not told in the text
  readonly limits: DayLimits | undefined
}

const known = new WeakMap<AccountSettings, SendingRules | null>()

/**
 * The rules of an account; undefined: it has none. They are made once for as long as the account is known. A stored value that can't be
 * read is none: it stops nobody's messages.
 */
export function sendingRulesOf({ settings }: Pick<Account, 'settings'>): SendingRules | undefined {
  let rules = known.get(settings)
  if (rules === undefined) {
    rules = NAMES.some((name) => settings[name] !== undefined) ? readRules(settings) : null
    known.set(settings, rules)
  }
  return rules ?? undefined
}

const NAMES = [...['fmts', 'tmlim', 'vld', 'fl[6]', 'fl2[12]', 'fl2[13]', 'fl2[23]'], ...['dlim', 'plim', 'tlim', 'ilim']]

function readRules(settings: AccountSettings): SendingRules {
  const vld = wholeOf(settings.vld)
  const limits = {
    messages: wholeOf(settings.dlim),
    number: wholeOf(settings.plim),
    text: wholeOf(settings.tlim),
    address: wholeOf(settings.ilim),
  }
  return {
    destinations: destinationsOf(String(settings.fmts ?? '')),
    hours: hoursOf(settings),
    validityMaxMs: vld === 0 ? Number.POSITIVE_INFINITY : vld * MINUTE_MS,
    noMailings: isOn(settings['fl[6]']),
    noMassMessages: isOn(settings['fl2[23]']),
    keepSender: isOn(settings['fl2[12]']),
    hideSender: isOn(settings['fl2[13]']),
    limits: Object.values(limits).some((limit) => limit > 0) ? limits : undefined,
  }
}

function destinationsOf(list: string): Destinations | undefined {
  const read = readDestinations(list)
  return typeof read === 'function' ? read : undefined
}

function hoursOf(settings: AccountSettings): SendingHours | undefined {
  const window = readHours(String(settings.tmlim ?? ''))
  if ('problem' in window) return undefined
  return { window, byRecipient: isOn(settings['fl2[16]']), refuses: isOn(settings['fl2[15]']) }
}

const wholeOf = (value: AccountSettings[string]): number => {
  const number = Number(value ?? 0)
  return Number.isInteger(number) && number > 0 ? number : 0
}
