import {
  type Conclusions,
  type Finding,
  isRefused,
  isTaken,
  type Look,
  type ObservedProbe,
  type Proposal,
} from '../../domain/carrier-check.ts'
import { GSM_EXTENSION, LATIN1_SIGNS } from './check-series.ts'
import type { SmppSettings } from './settings.ts'

/**
 * What data_coding 0 means to a carrier. A refusal tells, and so does what some carriers repeat of the text in their receipts;
 * otherwise only the telephone does, so both spellings are sent and the words to compare are named.
 */
export function concludeAlphabet(settings: SmppSettings, observed: readonly ObservedProbe[]): Partial<Conclusions> {
  const find = (name: string): ObservedProbe | undefined =>
    observed.find((probe) => probe.name === name && probe.parts.length > 0)
  const [gsm, latin1, ucs2] = [find('gsm'), find('latin1'), find('ucs2')]
  const extension = find('extension')
  const proposals: Proposal[] = []
  const findings: Finding[] = []
  const propose = (value: SmppSettings['alphabet'], because: string, sure: Proposal['sure']): void => {
    if (settings.alphabet !== value) proposals.push({ setting: 'alphabet', value, because, sure })
    else findings.push({ sure, says: `The alphabet ${value} fits: ${because.charAt(0).toLowerCase()}${because.slice(1)}` })
  }

  if (gsm && latin1 && isRefused(gsm) && isTaken(latin1))
    propose('latin1', 'Octets of the GSM alphabet are refused, and those of Latin-1 are taken.', 'seen')
  else if (gsm && latin1 && isTaken(gsm) && isRefused(latin1))
    propose('gsm7', 'Octets of the GSM alphabet are taken, and those of Latin-1 are refused.', 'seen')
  else if (echoes(extension, GSM_EXTENSION))
    propose('gsm7', 'Receipts repeat the text of the GSM test letter by letter.', 'likely')
  else if (gsm && isTaken(gsm)) {
    // A carrier that hands octets on as they are repeats them so too, whatever they mean to it.
    const untouched = echoes(latin1, LATIN1_SIGNS) ? 'Receipts repeat octets as they were sent. ' : ''
    findings.push({
      sure: 'look',
      says: `${untouched}Whether the alphabet is ${settings.alphabet}, only the telephone shows (see below).`,
    })
  }
  if (extension && gsm && isRefused(extension) && isTaken(gsm))
    findings.push({ sure: 'seen', says: 'Signs of the GSM extension table ([ ] { } ~ € …) are refused.' })
  if (ucs2 && isRefused(ucs2))
    findings.push({ sure: 'seen', says: 'Russian texts (data_coding 8, UCS-2) are refused: ask the carrier.' })
  return {
    proposals,
    findings,
    looks: looksOf(
      settings,
      [gsm, extension, latin1, ucs2].filter((probe) => probe !== undefined),
    ),
  }
}

/** Whether a receipt repeats at least so much of the text, beginning with signs that alphabets place differently. */
const ECHO_SIGNS = 1

function echoes(probe: ObservedProbe | undefined, signs: string): boolean {
  const sent = probe?.text ?? ''
  const from = sent.length - signs.length
  return (
    probe?.receipts.some(({ text }) => {
      const repeated = text.trimEnd()
      return repeated.length >= from + ECHO_SIGNS && sent.startsWith(repeated)
    }) ?? false
  )
}

const EXPECTED: Readonly<Record<string, readonly [expect: string, otherwise: string]>> = {
  gsm: [
    'it reads @£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ … without gaps',
    'gaps or other signs: data_coding 0 is not GSM here; see the test of Latin-1',
  ],
  extension: ['^ { } \\ [ ~ ] | €', '/ ( ) < = > and e instead: the extension table gets lost on the way'],
  latin1: [
    'reads ¡ ¤ § where @ $ _ were sent: GSM, as it should be',
    'reads @ $ _ £ § Ä Ö Ü: the carrier takes Latin-1; set --alphabet latin1',
  ],
  ucs2: ['Съешь ещё этих булок ЁёЪъЭэ', 'question marks or boxes: UCS-2 gets lost; ask the carrier'],
}
/** The same when the carrier is set to Latin-1 already. */
const LATIN1_EXPECTED: readonly [string, string] = [
  'reads @ $ _ £ § Ä Ö Ü: Latin-1, as set',
  'reads ¡ ¤ § instead: the carrier takes GSM; set --alphabet gsm7',
]

const looksOf = ({ alphabet }: SmppSettings, probes: readonly ObservedProbe[]): Look[] =>
  probes.filter(isTaken).map(({ name }) => {
    const [expect = '', otherwise = ''] = (name === 'latin1' && alphabet === 'latin1' ? LATIN1_EXPECTED : EXPECTED[name]) ?? []
    return { probe: name, expect, otherwise }
  })
