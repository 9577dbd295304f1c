import type { Channel } from '../../../domain/channel.ts'
import { readChoice, readFlag } from '../fields.ts'
import type { Params } from '../params.ts'

/** The channel a request asks for by its parameters. */
export interface AskedChannel {
  readonly channel: Channel
  readonly bin: 0 | 1 | 2
  readonly bot: string | undefined
}

/** Of several the first counts. `bin` is a number and `bot` a name, so they are asked otherwise. */
const FLAGS = ['hlr', 'ping', 'mail', 'call', 'viber', 'tg', 'bot', 'soc', 'mms', 'push', 'bin', 'flash'] as const

/** Undefined: no parameter names a channel; a prefix of the text may, else it is SMS (SMSC API, channels). */
export function readChannel(params: Params): AskedChannel | undefined {
  let asked: AskedChannel | undefined
  for (const channel of FLAGS) {
    const found = channel === 'bin' ? readBin(params) : channel === 'bot' ? readBot(params) : readOther(params, channel)
    asked ??= found // all are read, so that a malformed one is refused wherever it stands
  }
  return asked
}

const readOther = (params: Params, channel: Channel): AskedChannel | undefined =>
  readFlag(params, channel) ? { channel, bin: 0, bot: undefined } : undefined

function readBin(params: Params): AskedChannel | undefined {
  const bin = readChoice(params, 'bin', 2)
  return bin === 1 || bin === 2 ? { channel: 'bin', bin, bot: undefined } : undefined
}

/** `whatsapp=1` is a bot without a name: whichever WhatsApp number there is. */
function readBot(params: Params): AskedChannel | undefined {
  const whatsapp = readFlag(params, 'whatsapp')
  const bot = params.text('bot')?.trim()
  if (bot && bot !== '0') return { channel: 'bot', bin: 0, bot }
  return whatsapp ? { channel: 'bot', bin: 0, bot: undefined } : undefined
}
