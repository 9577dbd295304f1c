import { Refusal } from '../../../domain/refusal.ts'
import type { Handler } from '../call.ts'
import { GET_ERRORS } from '../errors.ts'
import { malformed, readFlag } from '../fields.ts'
import { createScript, type ScriptCall, type ScriptServices } from '../script.ts'
import { ANSWERS_PARAMETERS, type AnswersServices, answersOf } from './get-answers.ts'
import { MESSAGES_PARAMETERS, type MessagesServices, messagesOf } from './get-messages.ts'
import { type PriceServices, priceOf } from './get-price.ts'
import { STATISTICS_PARAMETERS, type StatisticsServices, statisticsOf } from './get-stat.ts'
import { COMMON_PARAMETERS, createLengthCheck, type Parameter } from './parameters.ts'
import { createRepeatCheck } from './repeats.ts'
import { listOf, type SendersServices } from './senders.ts'

/** Every parameter of get.php, as docs/api/get.md lists them. */
export const PARAMETERS = [
  ...COMMON_PARAMETERS,
  { name: 'get_messages', meaning: '1: the history of messages', ru: '1 – история сообщений', octetsMax: 10 },
  { name: 'get_answers', meaning: '1: incoming messages', ru: '1 – входящие сообщения', octetsMax: 10 },
  { name: 'get_stat', meaning: '1: statistics', ru: '1 – статистика', octetsMax: 10 },
  { name: 'get_price', meaning: '1: prices', ru: '1 – тарифы', octetsMax: 10 },
  { name: 'get_senders', meaning: '1: sender names (an old call)', ru: '1 – имена отправителей (старый вызов)', octetsMax: 10 },
  {
    name: 'get_mega_accounts',
    meaning: '1: an old call, to which nothing is ever found: error 3',
    ru: '1 – старый вызов, на который ничего не находится: ошибка 3',
    octetsMax: 10,
  },
  {
    name: 'start',
    meaning: '`get_messages`, `get_stat`: the first day, `dd.mm.yyyy`',
    ru: '`get_messages`, `get_stat`: первый день, `дд.мм.гггг`',
    octetsMax: 30,
  },
  {
    name: 'end',
    meaning: '`get_messages`, `get_stat`: the last day; without it `start` alone',
    ru: '`get_messages`, `get_stat`: последний день; без него – только день `start`',
    octetsMax: 30,
  },
  {
    name: 'cnt',
    meaning: '`get_messages`: at most so many, 1 to 1000 (100); `get_answers`: 1 to 10000 (1000)',
    ru: '`get_messages`: не больше стольких, от 1 до 1000 (100); `get_answers`: от 1 до 10000 (1000)',
    octetsMax: 30,
  },
  ...MESSAGES_PARAMETERS,
  ...ANSWERS_PARAMETERS,
  ...STATISTICS_PARAMETERS,
  {
    name: 'account',
    meaning: '`get_mega_accounts`: is not looked at',
    ru: '`get_mega_accounts`: не рассматривается',
    octetsMax: 100,
  },
] as const satisfies readonly Parameter[]

export interface GetServices
  extends ScriptServices,
    MessagesServices,
    AnswersServices,
    StatisticsServices,
    PriceServices,
    Pick<SendersServices, 'senders'> {}

/** One question that get.php answers. */
type Action = (call: ScriptCall) => Promise<string>

/** Accounts of one operator of the original, which there are none of here. */
const nothing: Action = async () => {
  throw new Refusal('not_found')
}

const checkLengths = createLengthCheck(PARAMETERS)

/** get.php: what an account sent and received, what it cost, and what things cost. */
export function createGet(services: GetServices): Handler {
  const checkRepeats = createRepeatCheck('get', PARAMETERS, services.limits)
  const listSenders = listOf(services.senders)
  const actions: Readonly<Record<string, Action>> = {
    get_messages: messagesOf(services),
    get_answers: answersOf(services),
    get_stat: statisticsOf(services),
    get_price: priceOf(services),
    get_senders: ({ params, account, fmt }) => listSenders(params, account, fmt), // older than senders.php
    get_mega_accounts: nothing,
  }
  return createScript({
    ...services,
    name: 'get',
    errors: GET_ERRORS,
    run: async (call) => {
      checkLengths(call.params)
      const asked = Object.entries(actions).find(([name]) => readFlag(call.params, name))
      if (!asked) throw malformed('get_messages')
      const [name, answer] = asked
      if (name !== 'get_stat') checkRepeats(call) // statistics have a limit of their own
      return answer(call)
    },
  })
}
