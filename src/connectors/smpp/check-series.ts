import {
  type CheckAsk,
  CYRILLIC_TEXT,
  isRefused,
  isTaken,
  LONG_TEXT,
  mark,
  type ObservedProbe,
  PLAIN_TEXT,
  type Probe,
} from '../../domain/carrier-check.ts'
import type { SmppSettings } from './settings.ts'

/**
 * The messages by which an SMPP carrier is tried. Senders come first, so that the rest goes out from one that the carrier takes;
 * where it takes none the series tries the usual reasons and ends.
 */

type Form = Partial<SmppSettings>
type Step = Omit<Probe, 'text' | 'form'> & { readonly body: string; readonly form?: Form }

/** Latin letters and digits stand at the same place in GSM 7-bit and in Latin-1; these do not. */
export const GSM_BASE =
  '@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà\r\n'
export const GSM_EXTENSION = '^ { } \\ [ ~ ] | €'
/** In both alphabets, at different places, and none where Latin-1 has control characters. */
export const LATIN1_SIGNS = '@ $ _ £ § Ä Ö Ü ä ö ü ß é è à ñ [ ] { }'

export const WAYS = ['udh', 'sar', 'payload'] as const
export const WAY_NAMES = { udh: 'UDH', sar: 'sar_*', payload: 'message_payload' } as const

const SENDER_NAME = 'Heliogram'
const SHORT_CODE = '1234'
const OTHERS: Readonly<Record<SenderKind, readonly string[]>> = {
  name: ['5/0', '5/1', '0/0'],
  number: ['1/1', '0/1', '0/0', '2/1'],
  short: ['3/0', '3/1', '0/1', '0/0'],
}
const RECIPIENT_OTHERS = ['1/1', '0/1', '0/0', '2/1']

export type SenderKind = 'name' | 'number' | 'short'
export const SENDER_KINDS: readonly SenderKind[] = ['name', 'number', 'short']
export const SENDER_SETTING = { name: 'nameTonNpi', number: 'numberTonNpi', short: 'shortCodeTonNpi' } as const
export const SENDER_TITLES = { name: 'name', number: 'number', short: 'short code' } as const

export const tonNpi = (text: string): { ton: number; npi: number } => {
  const [ton = 0, npi = 0] = text.split('/').map(Number)
  return { ton, npi }
}
export const tonNpiText = ({ ton, npi }: { ton: number; npi: number }): string => `${ton}/${npi}`

const isDigits = (sender: string): boolean => /^\+?\d+$/.test(sender)

function kindOf(sender: string, settings: SmppSettings): SenderKind | undefined {
  if (sender === '') return undefined
  if (!isDigits(sender)) return 'name'
  return sender.length <= settings.shortCodeDigits && sender[0] !== '+' ? 'short' : 'number'
}

/** The sender of a kind: the operator's where it is of that kind, else the carrier's default one, else one of ours. */
function senderOf(kind: SenderKind, settings: SmppSettings, { from, to }: CheckAsk): string {
  const own = [from, settings.sender].find((sender) => kindOf(sender, settings) === kind)
  return own ?? { name: SENDER_NAME, number: to, short: SHORT_CODE }[kind]
}

export function nextProbe(settings: SmppSettings, ask: CheckAsk, observed: readonly ObservedProbe[]): Probe | undefined {
  const step = nextStep(settings, ask, observed)
  if (!step) return undefined
  const { body, ...probe } = step
  return { ...probe, text: mark(observed.length + 1) + body } as Probe
}

function nextStep(settings: SmppSettings, ask: CheckAsk, observed: readonly ObservedProbe[]): Step | undefined {
  const done = new Set(observed.map(({ name }) => name))
  const open = (step: Step): boolean => !done.has(step.name)
  for (const kind of SENDER_KINDS) {
    const step = senderStep(kind, settings, ask, observed)
    if (step) return step
  }
  const good = goodSender(observed)
  if (!good) return rescueSteps(senderOf('name', settings, ask), settings).find(open)
  return [...alphabetSteps(good), ...longSteps(good)].find(open)
}

/** A sender of this kind as the settings say, then with other TON/NPI while the carrier refuses it. */
function senderStep(
  kind: SenderKind,
  settings: SmppSettings,
  ask: CheckAsk,
  observed: readonly ObservedProbe[],
): Step | undefined {
  const tries = observed.filter(({ name }) => name.startsWith(`sender ${kind}`))
  const last = tries.at(-1)
  if (last && !isRefused(last)) return undefined
  const own = tonNpiText(settings[SENDER_SETTING[kind]])
  // What is refused for something else than its sender would be refused with any.
  if (last && !SENDER_STATUSES.includes(last.parts[0]?.status ?? 0)) return undefined
  const left = [own, ...OTHERS[kind].filter((other) => other !== own)][tries.length]
  if (left === undefined) return undefined
  const form = left === own ? {} : { form: { [SENDER_SETTING[kind]]: tonNpi(left) } as Form }
  return {
    name: `sender ${kind} ${left}`,
    title: `${SENDER_TITLES[kind]} ${left}`,
    from: senderOf(kind, settings, ask),
    body: PLAIN_TEXT,
    ...form,
  }
}

/** ESME_RINVSRCADR, ESME_RSUBMITFAIL, ESME_RINVSRCTON, ESME_RINVSRCNPI, ESME_RX_P_APPN, ESME_RX_R_APPN: what carriers answer to a sender. */
const SENDER_STATUSES: readonly number[] = [0x0a, 0x45, 0x48, 0x49, 0x65, 0x66]

/** The first sender that was taken, with the form it was taken in. */
export const goodSender = (observed: readonly ObservedProbe[]): ObservedProbe | undefined =>
  observed.find((probe) => (probe.name.startsWith('sender ') || probe.name.startsWith('rescue ')) && isTaken(probe))

/** Every sender was refused: the usual other reasons, one at a time. */
function rescueSteps(from: string, settings: SmppSettings): Step[] {
  const own = tonNpiText(settings.recipientTonNpi)
  const step = (name: string, title: string, form: Form): Step => ({
    name: `rescue ${name}`,
    title,
    from,
    body: PLAIN_TEXT,
    form,
  })
  return [
    ...(settings.userMessageReference
      ? [step('userMessageReference', 'without a reference', { userMessageReference: false })]
      : []),
    ...(settings.validity === 'none' ? [] : [step('validity', 'without validity_period', { validity: 'none' })]),
    ...RECIPIENT_OTHERS.filter((other) => other !== own).map((other) =>
      step(`recipientTonNpi ${other}`, `recipient ${other}`, { recipientTonNpi: tonNpi(other) }),
    ),
  ]
}

const alphabetSteps = ({ from, form }: ObservedProbe): Step[] => [
  { name: 'gsm', title: 'GSM alphabet', from, body: GSM_BASE, form: { ...form, alphabet: 'gsm7' } },
  { name: 'extension', title: 'GSM extension', from, body: GSM_EXTENSION, form: { ...form, alphabet: 'gsm7' } },
  { name: 'latin1', title: 'Latin-1 octets', from, body: LATIN1_SIGNS, form: { ...form, alphabet: 'latin1' } },
  { name: 'ucs2', title: 'Russian, UCS-2', from, body: CYRILLIC_TEXT, ...(form && { form: form as Form }) },
]

const longSteps = ({ from, form }: ObservedProbe): Step[] =>
  WAYS.map((way) => ({
    name: `long ${way}`,
    title: `long, ${way === 'payload' ? way : WAY_NAMES[way]}`,
    from,
    body: LONG_TEXT,
    form: { ...form, longMessages: way },
  }))
