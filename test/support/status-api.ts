import type { MessageQuestion, MessageReport } from '../../src/lifecycle/report.ts'
import { ALEX, type ApiOptions, startApi } from './http-api.ts'

const at = (text: string): number => Date.parse(text)

/** The message of the answer recorded in 2018, as our store would report it. */
export const DELIVERED: MessageReport = {
  id: 1,
  ref: 1,
  accountId: 7,
  phone: '77011234567',
  state: 1,
  err: 0,
  stateAtMs: at('2018-02-12T18:34:21+06:00'),
  acceptedAtMs: at('2018-02-12T18:34:16+06:00'),
  sentAtMs: at('2018-02-12T18:34:17+06:00'),
  price: 6_400_000n,
  sender: 'SMSC.KZ',
  text: 'Test',
  comment: '',
  channel: 'sms',
  parts: 1,
  mccmnc: '40102',
  country: 'Казахстан',
  countryEn: 'Kazakhstan',
  operator: "K'cell",
  region: '',
  flag: 0,
  hlr: undefined,
}
export const HLR: MessageReport = {
  ...DELIVERED,
  channel: 'hlr',
  sender: 'whatever',
  text: '',
  flag: 4,
  hlr: ['250011234567890', '79160000000', '250', '01', 'Russia', 'MTS', '', ''],
}

/** Asks an account in Almaty about what the store holds. */
export async function askStatus(parameters: string, messages: MessageReport[], options: ApiOptions = {}) {
  const asked: MessageQuestion[] = []
  const api = await startApi({
    signIn: async () => ({ ...ALEX, utcOffsetMinutes: 360 }),
    findMessages: async (_, questions) => {
      asked.push(...questions)
      return questions.map(({ ref, phone }) => messages.find((message) => message.ref === ref && message.phone === phone))
    },
    ...options,
  })
  try {
    const { bytes, type } = await api.ask(`/sys/status.php?login=alex&psw=123&${parameters.replaceAll(' ', '+')}`)
    const decoder = new TextDecoder(/charset=(.*)$/.exec(type)?.[1])
    return { body: decoder.decode(bytes), asked }
  } finally {
    await api.stop()
  }
}

export const ONE = 'phone=77011234567&id=1'
export const FAILED: MessageReport = { ...DELIVERED, state: 25, err: 248, ref: 32, stateAtMs: 1679060876000 }
export const DATES = 'check_time = 12.02.2018 18:34:21'
export const WHEN = '"last_date": "12.02.2018 18:34:21",~"last_timestamp": 1518438861,~"flag": 0'
