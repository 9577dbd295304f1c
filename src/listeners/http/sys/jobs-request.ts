import type { Account } from '../../../domain/account.ts'
import { parsePace } from '../../../domain/portions.ts'
import { Refusal } from '../../../domain/refusal.ts'
import type { Repeat } from '../../../domain/repeats.ts'
import type { NewMailing } from '../../../mailing/add.ts'
import { MAILING_RECIPIENTS_MAX } from '../../../mailing/recipients.ts'
import { malformed, readChoice, readFlag, readInteger } from '../fields.ts'
import type { Params } from '../params.ts'
import { readSendRequest } from './send-request.ts'

const NAME_CHARACTERS_MAX = 200
const TEXT_CHARACTERS_MAX = 1_000
const SENDER_CHARACTERS_MAX = 40
const RUNS_MAX = 1_000_000
const MOSCOW_MINUTES = 180

/** Reads what jobs.php is to add: all that send.php reads, and what a mailing has besides. `template`: the text of `tpl`. */
export function readNewMailing(
  params: Params,
  account: Account,
  nowMs: number,
  template: string | undefined,
): Omit<NewMailing, 'estimate'> {
  const name = params.text('name')?.trim() ?? ''
  if (name === '' || [...name].length > NAME_CHARACTERS_MAX) throw malformed('name')
  const request = readSendRequest(params, account, nowMs, { text: template, recipientsMax: MAILING_RECIPIENTS_MAX })
  const { channel, octets } = request
  return {
    name,
    channel,
    lines: request.lines,
    message: {
      sender: request.sender ?? null,
      ref: request.ref ?? null,
      octets: octets ? Buffer.from(octets).toString('hex') : null,
      dcs: request.dcs ?? null,
      pid: request.pid,
      translit: request.translit,
      shortenLinks: request.shortenLinks,
      partsMax: request.partsMax,
      validityMs: request.validityMs,
      bot: request.bot ?? null,
      deliveryControl: params.octets('fl[5]') ? readFlag(params, 'fl[5]') : params.isBare('fl[5]') || null,
      sender2: readShort(params, 'sender2', SENDER_CHARACTERS_MAX),
      mes2: readShort(params, 'mes2', TEXT_CHARACTERS_MAX),
      ...(request.userIp !== undefined && { userIp: request.userIp }),
    },
    repeats: readChoice(params, 'rpt', 7) as Repeat,
    runsMax: readInteger(params, 'rptn', 0, RUNS_MAX) ?? 0,
    pace: readPace(params),
    tzHours: readInteger(params, 'tz', -24, 24) ?? Math.round((account.utcOffsetMinutes - MOSCOW_MINUTES) / 60),
  }
}

function readPace(params: Params): NewMailing['pace'] {
  const period = params.text('period')
  const pace = period ? parsePace(period, params.text('freq') ?? '') : undefined
  if (pace && 'problem' in pace) throw new Refusal('bad_request', { field: 'period' })
  return pace
}

function readShort(params: Params, name: string, max: number): string | null {
  const text = params.text(name)
  if (text !== undefined && [...text].length > max) throw malformed(name)
  return text || null
}
