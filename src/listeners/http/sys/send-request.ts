import { isIP } from 'node:net'
import type { Account } from '../../../domain/account.ts'
import { MINUTE_MS } from '../../../domain/calendar.ts'
import type { Channel } from '../../../domain/channel.ts'
import { parsePace, portions } from '../../../domain/portions.ts'
import { Refusal } from '../../../domain/refusal.ts'
import { requestHash } from '../../../domain/request-hash.ts'
import { type BinaryProblem, readBinary } from '../../../domain/text/binary.ts'
import { parseValid } from '../../../domain/validity.ts'
import { namesGroup } from '../../../lifecycle/group-recipients.ts'
import type { Line, SendRequest } from '../../../lifecycle/request.ts'
import { malformed, readChoice, readFlag, readInteger } from '../fields.ts'
import type { Params } from '../params.ts'
import { createLengthCheck } from './parameters.ts'
import { parseRef } from './ref.ts'
import { type AskedChannel, readChannel } from './send-channel.ts'
import { readLines } from './send-lines.ts'
import { PARAMETERS } from './send-parameters.ts'
import { readTiming } from './send-time.ts'

const checkLengths = createLengthCheck(PARAMETERS)

/** More recipients than this in one request belong into several: 100,000 are the largest mailing anybody sends at once. */
export const RECIPIENTS_MAX = 200_000
const PARTS_MAX = 255
const NO_BINARY: BinaryOrText = { octets: undefined, pid: 0, dcs: undefined }

interface BinaryOrText {
  readonly octets: Uint8Array | undefined
  readonly pid: number
  readonly dcs: number | undefined
}

/** What is read otherwise for a mailing. */
export interface ReadOtherwise {
  /** Instead of `mes`. */
  readonly text?: string | undefined
  readonly recipientsMax?: number
}

/**
 * Reads the parameters of send.php as a request in the centre's words. Refuses with bad_request what is missing or malformed,
 * with bad_time a `time` that is none; numbers, senders and texts are for `accept` to judge.
 */
export function readSendRequest(
  params: Params,
  account: Account,
  nowMs: number,
  { text, recipientsMax = RECIPIENTS_MAX }: ReadOtherwise = {},
): SendRequest {
  checkLengths(params)
  const flagged = readChannel(params)
  const timing = readTiming(params, account, nowMs)
  const { lines, prefix } = readLines(params, flagged, timing, text)
  const asked = flagged ?? { channel: prefix ?? 'sms', bin: 0, bot: undefined }
  const recipients = lines.reduce((sum, { phones }) => sum + phones.length, 0)
  if (recipients === 0 || recipients > recipientsMax) throw malformed('phones')
  checkContent(params, asked.channel, lines)

  const sender = params.text('sender')?.trim()
  return {
    account,
    channel: asked.channel,
    lines,
    sender,
    ref: readRef(params),
    ...readOctets(params, asked),
    translit: readChoice(params, 'translit', 2) as 0 | 1 | 2,
    shortenLinks: readFlag(params, 'tinyurl'),
    partsMax: Math.min(readInteger(params, 'maxsms', 0, 1_000_000) ?? 0, PARTS_MAX),
    validityMs: readValidity(params) * MINUTE_MS,
    spread: readSpread(params, lines.some(namesGroup) ? RECIPIENTS_MAX : recipients),
    bot: asked.bot,
    userIp: readUserIp(params),
    hash: hashOf(params, asked, sender),
  }
}

/** What a message of the channel can't do without (SMSC API, required parameters). */
function checkContent(params: Params, channel: Channel, lines: readonly Line[]): void {
  if (channel === 'hlr' || channel === 'ping' || channel === 'bin') return
  const hasFile = params.files.length > 0 || !!params.octets('fileurl')
  const hasSubject = !!params.octets('subj')
  if (channel === 'mail' && !(hasSubject && params.octets('sender'))) throw malformed('subj')
  const mayBeEmpty =
    (channel === 'mms' && (hasSubject || hasFile)) ||
    (hasFile && (channel === 'call' || channel === 'viber' || channel === 'bot'))
  if (!mayBeEmpty && lines.some(({ text }) => text === '')) throw malformed('mes')
}

function readRef(params: Params): number | string | undefined {
  const written = params.text('id')?.trim()
  if (!written) return undefined
  const ref = parseRef(written)
  if (ref === undefined) throw malformed('id')
  return ref === 0 ? undefined : ref
}

/** The octets of `bin`, as SendRequest wants them: the UDH's length in front. */
function readOctets(params: Params, { channel, bin }: AskedChannel): BinaryOrText {
  if (channel !== 'bin' || bin === 0) return NO_BINARY
  if (params.octets('list')) throw malformed('bin')
  const binary = readBinary((bin === 1 ? params.binary('mes') : params.text('mes')) ?? '', bin)
  if (isProblem(binary)) throw malformed('mes')
  const octets = Uint8Array.of(binary.udh.length, ...binary.udh, ...binary.octets)
  return { octets, pid: binary.pid ?? 0, dcs: binary.dcs }
}

const isProblem = (binary: object): binary is BinaryProblem => 'problem' in binary

function readValidity(params: Params): number {
  const minutes = parseValid(params.text('valid') ?? '')
  if (typeof minutes !== 'number') throw malformed('valid')
  return minutes
}

/** Anything but an address is as good as none. */
function readUserIp(params: Params): string | undefined {
  const written = params.text('userip')?.trim()
  return written !== undefined && isIP(written) !== 0 ? written : undefined
}

function readSpread(params: Params, recipients: number): SendRequest['spread'] {
  const period = params.text('period')
  if (!period) return undefined
  const pace = parsePace(period, params.text('freq') ?? '')
  if (pace === undefined) return undefined
  if ('problem' in pace) throw new Refusal('bad_request', { field: 'period' })
  return { portions: portions(recipients, pace).count, everyMs: pace.freqMinutes * 60_000 }
}

/** What makes two requests of an account identical (SMSC API, error 9). Another `id` does not make them different. */
function hashOf(params: Params, { channel, bin, bot }: AskedChannel, sender: string | undefined): bigint {
  const list = params.octets('list')
  const content = list ? ['', list] : [params.octets('phones') ?? '', params.octets('mes') ?? '']
  return requestHash([...content, sender ?? '\0', channel, bin === 2 ? 'x' : '', bot ?? '', params.octets('time') ?? ''])
}
