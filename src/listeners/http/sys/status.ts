import { type Account, tracksParts } from '../../../domain/account.ts'
import type { NumberProfile } from '../../../domain/number/parse.ts'
import { Refusal } from '../../../domain/refusal.ts'
import type { Language } from '../../../domain/status.ts'
import type { FindMessages, RemoveMessage } from '../../../lifecycle/report.ts'
import { DONE, print, printAll } from '../answer.ts'
import type { Handler } from '../call.ts'
import { STATUS_ERRORS } from '../errors.ts'
import { malformed, readChoice, readFlag } from '../fields.ts'
import { createScript, type ScriptCall, type ScriptServices } from '../script.ts'
import { COMMON_PARAMETERS, createLengthCheck, type Parameter } from './parameters.ts'
import { STATUS, type StatusRow } from './status-answer.ts'
import { type Questions, readQuestions } from './status-questions.ts'

/** Every parameter of status.php, as docs/api/status.md lists them. */
export const PARAMETERS = [
  ...COMMON_PARAMETERS,
  {
    name: 'phone',
    meaning: 'the number, or e-mail address, or a list between commas in the order of `id`',
    ru: 'номер или адрес e-mail либо список через запятую в том же порядке, что и `id`',
    octetsMax: 100_000,
  },
  {
    name: 'id',
    meaning: 'the message id, or a list between commas; a comma at its end asks for the answer as a list',
    ru: 'номер сообщения или список через запятую; с запятой в конце ответ – список',
    octetsMax: 100_000,
  },
  {
    name: 'all',
    meaning: '1: also time of sending, cost, sender, name of the status, text; 2: also country, operator, region',
    ru: '1 – ещё время отправки, стоимость, отправитель, название статуса, текст; 2 – ещё страна, оператор, регион',
    octetsMax: 10,
  },
  { name: 'del', meaning: '1: delete the messages instead', ru: '1 – удалить сообщения вместо запроса статуса', octetsMax: 10 },
  {
    name: 'bot',
    meaning: '1: the messages were sent by a bot: accepted',
    ru: '1 – сообщения отправлены ботом: принимается',
    octetsMax: 100,
  },
] as const satisfies readonly Parameter[]

export interface StatusServices extends ScriptServices {
  readonly findMessages: FindMessages
  readonly removeMessage: RemoveMessage
  readonly numberProfile: NumberProfile
  readonly language: Language
}

const checkLengths = createLengthCheck(PARAMETERS)

/** status.php: what became of messages, and their deletion. */
export function createStatus(services: StatusServices): Handler {
  const { findMessages, removeMessage, numberProfile, language, limits, bareOk = false } = services

  async function run({ params, fmt, account }: ScriptCall): Promise<string> {
    checkLengths(params)
    const asked = readQuestions(params, numberProfile)
    const all = readChoice(params, 'all', 2) as StatusRow['all']
    const deleting = readFlag(params, 'del')
    if (!isAllowed(account, asked)) throw new Refusal('duplicate')

    if (deleting) {
      await removeAll(account.id, asked)
      return bareOk ? 'OK' : print(DONE, undefined, fmt)
    }
    const found = await findMessages(account.id, asked.questions)
    const rows = asked.questions.map(
      (question, at): StatusRow => ({
        question,
        phone: asked.phones[at] ?? question.phone,
        message: found[at],
        many: asked.many,
        all,
        parts: tracksParts(account),
        utcOffsetMinutes: account.utcOffsetMinutes,
        language,
      }),
    )
    const [first] = rows
    if (!first) throw malformed('id')
    return asked.many ? printAll(STATUS, rows, fmt) : print(STATUS, first, fmt)
  }

  function isAllowed(account: Account, { questions, many }: Questions): boolean {
    const [first] = questions
    return many ? limits.allow(account, 'status_mass', '') : limits.allow(account, 'status', `${first?.ref} ${first?.phone}`)
  }

  /** All that can be are removed, before the others are complained of. */
  async function removeAll(accountId: number, { questions }: Questions): Promise<void> {
    let bad: 'not_found' | 'undeletable' | undefined
    for (const question of questions) {
      const outcome = await removeMessage(accountId, question)
      if (outcome !== 'removed') bad ??= outcome
    }
    if (bad) throw new Refusal(bad === 'not_found' ? 'not_found' : 'denied')
  }

  return createScript({ ...services, name: 'status', errors: STATUS_ERRORS, run })
}
