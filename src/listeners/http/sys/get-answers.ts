import type { ReadIncoming } from '../../../account/incoming.ts'
import { formatDate } from '../../../domain/calendar.ts'
import type { NumberProfile } from '../../../domain/number/parse.ts'
import { inLine, printMany, type Shape } from '../answer.ts'
import { readCount, readId } from '../fields.ts'
import type { ScriptCall } from '../script.ts'
import { readOwnNumber } from './own-number.ts'
import type { Parameter } from './parameters.ts'

export const ANSWERS_PARAMETERS = [
  {
    name: 'hour',
    meaning: '`get_answers`: of the last so many hours, at most 168; without it, and without `after_id`, of today',
    ru: '`get_answers`: за столько последних часов, не больше 168; без него и без `after_id` – за сегодня',
    octetsMax: 30,
  },
  {
    name: 'after_id',
    meaning: '`get_answers`: only messages with a greater `id`',
    ru: '`get_answers`: только сообщения с большим `id`',
    octetsMax: 30,
  },
  {
    name: 'to_phone',
    meaning: '`get_answers`: only messages to this number of yours',
    ru: '`get_answers`: только сообщения на этот ваш номер',
    octetsMax: 100,
  },
] as const satisfies readonly Parameter[]

const COUNT = { max: 10_000, otherwise: 1_000 }
const HOURS_MAX = 168

export interface AnswersServices {
  readonly readIncoming: ReadIncoming
  readonly numberProfile: NumberProfile
}

/** get_answers: what subscribers wrote. Nothing is no error: programs ask every minute. */
export const answersOf =
  ({ readIncoming, numberProfile }: AnswersServices) =>
  async ({ params, account, fmt }: ScriptCall): Promise<string> => {
    const hours = readCount(params, 'hour', HOURS_MAX, 0)
    const messages = await readIncoming(account, {
      count: readCount(params, 'cnt', COUNT.max, COUNT.otherwise),
      hours: hours || undefined,
      // 0 is an id, too: who has read nothing yet asks for all that is after it.
      afterId: readId(params, 'after_id') ?? (params.text('after_id')?.trim() ? 0 : undefined),
      recipient: readOwnNumber(params, 'to_phone', numberProfile),
    })
    const { utcOffsetMinutes } = account
    const lines = messages.map(({ id, atMs, sender, body, recipient }): IncomingLine => {
      const date = formatDate(atMs, utcOffsetMinutes)
      return { id, received: date, phone: sender, message: body, to_phone: recipient, sent: date }
    })
    return printMany(INCOMING, lines, fmt)
  }

/** When the subscriber sent it is not told by carriers: `sent` is when it came. */
interface IncomingLine {
  readonly id: number
  readonly received: string
  readonly phone: string
  readonly message: string
  readonly to_phone: string
  readonly sent: string
}

const MEMBERS = ['id', 'received', 'phone', 'message', 'to_phone', 'sent'] as const
/** The text stands last, because it may have commas. */
const COMMAS = ['id', 'received', 'phone', 'to_phone', 'sent', 'message'] as const

/** SMSC API, get_answers */
const INCOMING: Shape<IncomingLine> = {
  element: 'sms',
  list: 'sms_answers',
  members: (line) => MEMBERS.map((name) => [name, line[name]] as const),
  text: (line) => inLine(MEMBERS.map((name) => `${name} = ${line[name]}`).join(', ')),
  commas: (line) => inLine(COMMAS.map((name) => line[name]).join(',')),
}
