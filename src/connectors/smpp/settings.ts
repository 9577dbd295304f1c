import tls from 'node:tls'
import { z } from 'zod'
import type { TimerLimits } from '../../protocols/smpp/timers.ts'

// Settings come from the command line as well as from JSON, so numbers and flags may be text.
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max)
const seconds = (max: number) => z.coerce.number().positive().max(max)
const flag = z.union([z.boolean(), z.stringbool()])
const latin1 = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[\x20-\xff]*$/, 'only Latin-1 characters')

/** `1/1`: type of number and numbering plan (SMPP 3.4, 5.2.5 and 5.2.6). */
const tonNpi = z
  .string()
  .regex(/^\d{1,3}\/\d{1,3}$/, 'TON/NPI, for example 1/1')
  .refine((text) => text.split('/').every((part) => Number(part) <= 255), 'TON and NPI are at most 255')
  .transform((text) => {
    const [ton = 0, npi = 0] = text.split('/').map(Number)
    return { ton, npi }
  })

const statuses = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').filter((part) => part.trim() !== '') : value),
  z.array(whole(1, 0xffffffff)).max(100),
)

/** What an operator says about an SMPP carrier; the CLI's help and the documentation are made of it. */
export const smppSettings = z
  .object({
    host: z.string().min(1).max(255).describe('Name or address of the carrier'),
    port: whole(1, 65_535).default(2775).describe('TCP port'),
    systemId: latin1(64).describe('system_id of the bind'),
    password: latin1(64).default('').meta({ secret: true, description: 'Password of the bind' }),
    systemType: latin1(12).default('').describe('system_type of the bind'),
    bind: z.enum(['trx', 'txrx']).default('trx').describe('trx: transceivers; txrx: a transmitter and a receiver for each'),
    binds: whole(1, 100).default(1).describe('How many such binds'),
    interfaceVersion: z.coerce
      .string()
      .transform((text) => (text === '5' ? '5.0' : text))
      .pipe(z.enum(['3.4', '5.0']))
      .default('3.4')
      .describe('interface_version of the bind'),
    addressRange: latin1(40).default('').describe('address_range of the bind'),
    addressTonNpi: tonNpi.prefault('0/0').describe('addr_ton and addr_npi of the bind'),

    tls: flag.default(false).describe('Connect by TLS'),
    tlsVerify: flag.default(true).describe('Refuse a certificate that can not be verified'),
    tlsServerName: z.string().max(255).default('').describe('Name the certificate must bear; empty: the host'),
    tlsCa: z.string().max(100_000).default('').describe('PEM of the authority to trust instead of the usual ones'),
    tlsCert: z.string().max(100_000).default('').describe('PEM of our own certificate, for carriers that ask for one'),
    tlsKey: z.string().max(100_000).default('').meta({ secret: true, description: 'PEM of the key to our certificate' }),

    // Nearly every carrier allows 10 without being asked; more is a matter of the contract.
    window: whole(1, 10_000).default(10).describe('Parts that may be unanswered, per bind'),
    rate: z.coerce
      .number()
      .min(0)
      .max(100_000)
      .default(0)
      .describe('Parts per second over all binds; 0: the answers of the carrier decide'),
    busyStatuses: statuses
      .default([0x14, 0x58])
      .describe('Statuses that mean "slow down" (0x14, 0x58; with some carriers 0x45 too): sending pauses, nothing is lost'),
    busyPauseMs: whole(1, 600_000).default(1_000).describe('First pause after such a status; it doubles while it does not help'),
    busyPauseMaxMs: whole(1, 600_000).default(30_000).describe('Longest such pause'),

    alphabet: z.enum(['gsm7', 'latin1', 'ucs2']).default('gsm7').describe('What data_coding 0 means to the carrier'),
    longMessages: z.enum(['udh', 'sar', 'payload']).default('udh').describe('How the parts of a long text travel'),
    sender: latin1(20).default('').describe('Sender of messages that have none'),
    numberTonNpi: tonNpi.prefault('1/1').describe('TON/NPI of a sender that is a number'),
    shortCodeTonNpi: tonNpi.prefault('3/0').describe('TON/NPI of a sender that is a short code'),
    shortCodeDigits: whole(0, 20).default(6).describe('A sender of so many digits or fewer is a short code'),
    nameTonNpi: tonNpi.prefault('5/0').describe('TON/NPI of a sender that is a name'),
    recipientTonNpi: tonNpi.prefault('1/1').describe('TON/NPI of recipients'),
    serviceType: latin1(5).default('').describe('service_type'),
    registeredDelivery: whole(0, 255).default(1).describe('registered_delivery of messages that want a receipt'),
    validity: z.enum(['relative', 'absolute', 'none']).default('relative').describe('How validity_period is written'),
    utcOffsetMinutes: whole(-720, 840)
      .default(0)
      .describe("The carrier's zone: absolute times are written in it, dates without a zone read in it"),
    receiptIds: z
      .enum(['auto', 'decimal', 'hex'])
      .default('auto')
      .describe('Ids in receipts: decimal where answers are hex, or the other way round; auto: either, if the recipient agrees'),
    receiptIdEndsAt: latin1(8)
      .default('')
      .describe('An id in a receipt ends before the first of these characters; empty: it is taken whole'),
    userMessageReference: flag.default(true).describe('Send user_message_reference, so that lost answers can be found'),

    enquireLinkSeconds: seconds(3_600).default(30).describe('Silence after which we ask if the carrier is there'),
    responseTimeoutSeconds: seconds(600).default(60).describe('How long a response is waited for'),
    bindTimeoutSeconds: seconds(600).default(15).describe('How long connecting and binding may take'),
    reconnectMinMs: whole(1, 3_600_000)
      .default(1_000)
      .describe('First wait before connecting again; it doubles while it does not help'),
    reconnectMaxMs: whole(1, 3_600_000).default(60_000).describe('Longest such wait'),
    unacknowledgedMax: whole(1, 100_000)
      .default(1_000)
      .describe('Receipts and messages taken in per bind before they are stored; then reading waits'),
  })
  .superRefine(({ tlsCa, tlsCert, tlsKey }, context) => {
    try {
      tls.createSecureContext({ ca: tlsCa || undefined, cert: tlsCert || undefined, key: tlsKey || undefined })
    } catch {
      context.addIssue({
        code: 'custom',
        path: ['tlsCert'],
        message: 'tlsCa, tlsCert and tlsKey are not PEM, or do not fit together',
      })
    }
  })

export type SmppSettings = z.output<typeof smppSettings>

/** What the bind says of us. */
export const bindFields = ({ systemId, password, systemType, interfaceVersion, addressTonNpi, addressRange }: SmppSettings) => ({
  system_id: systemId,
  password,
  system_type: systemType,
  interface_version: interfaceVersion === '5.0' ? 0x50 : 0x34,
  addr_ton: addressTonNpi.ton,
  addr_npi: addressTonNpi.npi,
  address_range: addressRange,
})

export const timerLimits = ({ bindTimeoutSeconds, enquireLinkSeconds, responseTimeoutSeconds }: SmppSettings): TimerLimits => ({
  sessionInitMs: bindTimeoutSeconds * 1_000,
  enquireLinkMs: enquireLinkSeconds * 1_000,
  responseMs: responseTimeoutSeconds * 1_000,
  inactivityMs: Number.POSITIVE_INFINITY,
})
