/**
 * Requests as bytes, made once; for each message only digits are written over: a recipient, a code in the
 * text, a login. So no two are identical, and the generator costs next to nothing.
 */

export interface Accounts {
  readonly prefix: string // of the logins, which end in five digits
  readonly count: number
  readonly password: string
}

export const loginOf = ({ prefix }: Accounts, number: number): string => `${prefix}${String(number).padStart(LOGIN_DIGITS, '0')}`

/** `latin`: one part in GSM 7-bit; `cyrillic`: two parts in UCS-2. */
export type TextKind = 'latin' | 'cyrillic'

const LOGIN_DIGITS = 5
const SUBSCRIBER_DIGITS = 7
const CODE_DIGITS = 6

/** Mobile codes of the large Russian operators; a number is one of them and seven digits. */
export const CODES = ['7903', '7910', '7916', '7921', '7926', '7960', '7977', '7985']

const TEXTS: Readonly<Record<TextKind, string>> = {
  latin: `Your confirmation code is ${'0'.repeat(CODE_DIGITS)}. Do not tell it to anybody.`,
  cyrillic: `Код подтверждения ${'0'.repeat(CODE_DIGITS)}. Никому его не сообщайте, даже если звонят из банка или службы доставки.`,
}

/** The n-th recipient of a run: eight codes in turn, 80 million different numbers. */
export const recipientOf = (n: number): string =>
  `${CODES[n % CODES.length]}${String(Math.floor(n / CODES.length) % 10 ** SUBSCRIBER_DIGITS).padStart(SUBSCRIBER_DIGITS, '0')}`

/** A form sent to a script, as a whole HTTP request. */
export function postForm(script: string, fields: Readonly<Record<string, string>>): Buffer {
  const body = new URLSearchParams(fields).toString().replaceAll('%2C', ',')
  return Buffer.from(
    `POST /sys/${script}.php HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    'latin1',
  )
}

export interface SendTemplate {
  /** The bytes of the n-th message of `account`; the same buffer each time. */
  fill(n: number, account: number): Buffer
}

/** `own`: a recipient's first four digits, instead of the operators' codes in turn. */
export function sendTemplate(accounts: Accounts, text: TextKind, own?: string): SendTemplate {
  const request = postForm('send', {
    login: loginOf(accounts, 0),
    psw: accounts.password,
    phones: `${own ?? '7900'}0000000`,
    mes: TEXTS[text],
    charset: 'utf-8',
    fmt: '3',
  })
  const loginAt = request.indexOf('login=') + 6 + accounts.prefix.length
  const phoneAt = request.indexOf('phones=') + 7
  const codeAt = request.indexOf('0'.repeat(CODE_DIGITS), request.indexOf('mes='))
  const codes = CODES.map((code) => Buffer.from(code, 'latin1'))

  return {
    fill(n, account) {
      if (accounts.count > 1) putDigits(request, loginAt, LOGIN_DIGITS, account)
      if (own) putDigits(request, phoneAt + 4, SUBSCRIBER_DIGITS, n)
      else {
        codes[n % CODES.length]?.copy(request, phoneAt)
        putDigits(request, phoneAt + 4, SUBSCRIBER_DIGITS, Math.floor(n / CODES.length))
      }
      putDigits(request, codeAt, CODE_DIGITS, n)
      return request
    },
  }
}

/** One text to many recipients, `first` and the numbers after it. */
export const bulkRequest = (accounts: Accounts, first: number, count: number): Buffer =>
  postForm('send', {
    login: loginOf(accounts, 0),
    psw: accounts.password,
    phones: Array.from({ length: count }, (_, n) => recipientOf(first + n)).join(','),
    mes: `Mailing ${first}: come and see us before Sunday.`,
    charset: 'utf-8',
    fmt: '3',
  })

/** Asks the state of `count` recipients of one request; more than one makes it a multi question. */
export const statusRequest = (accounts: Accounts, id: string, first: number, count: number): Buffer =>
  postForm('status', {
    login: loginOf(accounts, 0),
    psw: accounts.password,
    id: Array.from({ length: count }, () => id).join(','),
    phone: Array.from({ length: count }, (_, n) => recipientOf(first + n)).join(','),
    charset: 'utf-8',
    fmt: '3',
  })

export const balanceRequest = (accounts: Accounts, account: number): Buffer =>
  postForm('balance', { login: loginOf(accounts, account), psw: accounts.password, fmt: '3' })

export function putDigits(bytes: Buffer, at: number, digits: number, value: number): void {
  let left = value
  for (let place = at + digits - 1; place >= at; place--) {
    bytes[place] = 48 + (left % 10)
    left = Math.floor(left / 10)
  }
}
