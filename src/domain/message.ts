/** Bits of messages.flags. */
export const FLAG = {
  handed: 1, // stored as already on its way to the carrier
  virtual: 2, // test mode: never leaves the centre
  refundUndelivered: 4, // the tariff charges for delivered messages only
  removed: 8, // the customer took it out of the history
  tracked: 16, // a short link in the text tells us when it is clicked
  electronic: 32, // paid from the second purse
  receipt: 64, // came over SMPP and asked for a delivery receipt there (registered_delivery)
  intermediate: 128, // … and for intermediate notifications
  /** It stands in the place of another that its customer replaced; that one is counted as a message, this one is not. Behind the bits of the interface. */
  inPlace: 4096,
  template: 8192, // its text is that of a template of the operators …
  transactional: 16384, // … which the recipient's takes as transactional, not as service
} as const

/** By which of our interfaces a message came: four bits of messages.flags, from here on. Append only; 0: not noted. */
const INTERFACE_BIT = 256
const INTERFACES = ['', 'send.php', 'REST', 'jobs.php', 'SOAP', 'SMTP', 'SMPP', '/v1', 'OMS', 'the web account'] as const

export type Interface = Exclude<(typeof INTERFACES)[number], ''>

export const interfaceFlags = (name: Interface | undefined): number => (name ? INTERFACES.indexOf(name) * INTERFACE_BIT : 0)

export const interfaceOf = (flags: number): Interface | undefined =>
  INTERFACES[Math.floor(flags / INTERFACE_BIT) % 16] || undefined

/** Lanes of the queue: a code overtakes a newsletter. */
export const LANE = { urgent: 0, normal: 1, bulk: 2 } as const

/** More recipients than this in one request make it bulk, and its text is stored once. */
export const BULK_ABOVE = 20

/** The 16-bit reference that joins the parts of a long message: differs between messages to one number. */
export const referenceOf = (id: number): number => {
  const ms = Math.floor(id / 8192)
  return (ms * 31 + (id % 8192)) & 0xffff
}
