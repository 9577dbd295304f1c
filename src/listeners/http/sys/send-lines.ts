import type { Channel } from '../../../domain/channel.ts'
import { parseList } from '../../../domain/list.ts'
import { splitPhones } from '../../../domain/number/recipient.ts'
import { splitComment } from '../../../domain/text/comment.ts'
import { readPrefix } from '../../../domain/text/prefix.ts'
import type { Line } from '../../../lifecycle/request.ts'
import { malformed, readFlag } from '../fields.ts'
import type { Params } from '../params.ts'
import type { AskedChannel } from './send-channel.ts'
import type { Timing } from './send-time.ts'

/** SMSC API, mes. A comment may be as long again; a mail is not a short message. */
const TEXT_CHARACTERS_MAX = 1000
const MAIL_CHARACTERS_MAX = 100_000

export interface ReadLines {
  readonly lines: readonly Line[]
  /** The channel that the text asks for by its prefix, where no parameter does. */
  readonly prefix: Channel | undefined
}

interface Written {
  readonly phones: string
  readonly text: string
  readonly sender: string | undefined
  readonly dueAtMs: number
}

/** Reads `list`, or else `phones` and `mes`: who gets which text, and when. */
export function readLines(params: Params, asked: AskedChannel | undefined, timing: Timing, mes = params.text('mes')): ReadLines {
  const written = params.octets('list') ? readList(params, timing) : [readPair(params, asked, timing, mes)]
  const prefix = asked === undefined ? readPrefix(written[0]?.text ?? '')?.channel : undefined
  const channel = asked?.channel ?? prefix ?? 'sms'
  return { prefix, lines: written.map((line) => toLine(line, channel, prefix)) }
}

function readPair(params: Params, asked: AskedChannel | undefined, timing: Timing, mes = ''): Written {
  const phones = params.text('phones')
  if (!phones) throw malformed('phones')
  // The octets of a binary text stand in the request, not in its lines.
  const text = asked?.channel === 'bin' ? '' : mes
  return { phones, text, sender: undefined, dueAtMs: timing.dueAtMs }
}

function readList(params: Params, timing: Timing): Written[] {
  const list = parseList(params.text('list') ?? '', readFlag(params, 'nl'))
  if ('problem' in list) throw malformed('list')
  return list.map(({ phones, text, sender, tz }) => {
    if (tz !== undefined && Math.abs(tz) > 24) throw malformed('list')
    return { phones, text, sender, dueAtMs: tz === undefined ? timing.dueAtMs : timing.dueAtIn(tz) }
  })
}

function toLine({ phones, text, sender, dueAtMs }: Written, channel: Channel, prefix: Channel | undefined): Line {
  const own = { phones: splitPhones(phones), sender, dueAtMs }
  if (channel === 'hlr' || channel === 'ping') return { ...own, text: '', comment: '' }
  const marked = prefix === undefined ? undefined : readPrefix(text)
  const content = splitComment(marked?.channel === prefix ? (marked?.text ?? text) : text)
  const charactersMax = channel === 'mail' ? MAIL_CHARACTERS_MAX : TEXT_CHARACTERS_MAX
  if (isLongerThan(content.text, charactersMax) || isLongerThan(content.comment, charactersMax)) throw malformed('mes')
  return { ...own, ...content }
}

/** In characters as people count them: an emoji is one. */
const isLongerThan = (text: string, max: number): boolean =>
  text.length > max && (text.length > 2 * max || [...text].length > max)
