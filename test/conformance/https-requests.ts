/** One of two like accounts. */
export interface Twin {
  readonly login: string
  readonly key: string
}

export interface Asked {
  readonly claim: string
  /** The request of that account, each octet a character. */
  readonly octets: Octets
}
type Octets = (twin: Twin) => string

const PHONE = '79161234567'
const WHO = 'login=~&psw=secret'
const FMTS = [0, 1, 2, 3]
const FORM = 'application/x-www-form-urlencoded'

/** `~` stands for the login, `^` for the API key. */
const filled = (text: string, { login, key }: Twin): string => text.replaceAll('~', login).replaceAll('^', key)
const raw =
  (text: string): Octets =>
  (twin) =>
    filled(text, twin)

const get = (target: string, method = 'GET', headers = ''): Octets =>
  raw(`${method} ${target} HTTP/1.1\r\nHost: smsc.ru\r\nUser-Agent: test\r\n${headers}\r\n`)

const post =
  (target: string, body: string, type = FORM, headers = ''): Octets =>
  (twin) => {
    const own = filled(body, twin)
    const head = `POST ${filled(target, twin)} HTTP/1.1\r\nHost: smsc.ru\r\nContent-Type: ${type}\r\n${headers}`
    return `${head}Content-Length: ${own.length}\r\n\r\n${own}`
  }

const chunked =
  (target: string, body: string): Octets =>
  (twin) => {
    const own = filled(body, twin)
    const head = `POST ${target} HTTP/1.1\r\nHost: smsc.ru\r\nContent-Type: ${FORM}\r\nTransfer-Encoding: chunked\r\n\r\n`
    return `${head}${own.length.toString(16)}\r\n${own}\r\n0\r\n\r\n`
  }

const multipart = (fields: Readonly<Record<string, string>>): string =>
  `${Object.entries(fields)
    .map(([name, value]) => `--xYz\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('')}--xYz--\r\n`

const named = (claim: string, octets: Octets): Asked => ({ claim, octets })
const latin1 = (text: string): string => Buffer.from(text).toString('latin1')

/** Sends: both accounts say the same, each to its own protocol, and are answered the same. */
const sends: Asked[] = FMTS.flatMap((fmt) => [
  named(`send, fmt=${fmt}`, get(`/sys/send.php?${WHO}&phones=${PHONE}&mes=Hello&fmt=${fmt}`)),
  named(`its price, fmt=${fmt}`, get(`/sys/send.php?${WHO}&phones=${PHONE}&mes=Hello&cost=1&fmt=${fmt}`)),
  named(`send with price and balance, fmt=${fmt}`, get(`/sys/send.php?${WHO}&phones=${PHONE}&mes=Hello&cost=3&fmt=${fmt}`)),
  named(
    `send to several, with all that can be told, fmt=${fmt}`,
    post('/sys/send.php', `${WHO}&phones=${PHONE},123,79161234568&mes=%CF%F0%E8%E2%E5%F2&cost=3&op=1&err=1&fmt=${fmt}`),
  ),
  named(`a list, fmt=${fmt}`, post('/sys/send.php', `${WHO}&list=${PHONE}:one%0A79161234568:two&fmt=${fmt}`)),
  named(`an id of the customer, fmt=${fmt}`, get(`/sys/send.php?${WHO}&phones=${PHONE}&mes=Hello&id=500${fmt}&fmt=${fmt}`)),
  named(`HLR, fmt=${fmt}`, get(`/sys/send.php?${WHO}&phones=${PHONE}&hlr=1&fmt=${fmt}`)),
  named(`no text, fmt=${fmt}`, get(`/sys/send.php?${WHO}&phones=${PHONE}&fmt=${fmt}`)),
  named(`a wrong password, fmt=${fmt}`, get(`/sys/send.php?login=~&psw=x&phones=${PHONE}&mes=Hello&fmt=${fmt}`)),
  named(`no money, fmt=${fmt}`, get(`/sys/send.php?login=~poor&psw=secret&phones=${PHONE}&mes=Hello&id=7&fmt=${fmt}`)),
  named(`no date, fmt=${fmt}`, get(`/sys/send.php?${WHO}&phones=${PHONE}&mes=Hello&time=tomorrow&fmt=${fmt}`)),
  named(`a bot that is not there, fmt=${fmt}`, get(`/sys/send.php?${WHO}&phones=${PHONE}&mes=Hi&bot=@nobody_bot&fmt=${fmt}`)),
  named(`no number, fmt=${fmt}`, get(`/sys/send.php?${WHO}&phones=7123&mes=Hi&fmt=${fmt}`)),
  named(`nowhere to send it, fmt=${fmt}`, get(`/sys/send.php?${WHO}&phones=77051234567&mes=Hi&fmt=${fmt}`)),
  named(`the same once more, fmt=${fmt}`, get(`/sys/send.php?login=~slow&psw=secret&phones=${PHONE}&mes=Hi&fmt=${fmt}`)),
])

/** Every way a request can be written. */
const written: Asked[] = [
  named('JSON to REST', post('/rest/send/', `{"login":"~","psw":"secret","phones":"${PHONE}","mes":"Hi"}`, 'application/json')),
  named(
    'JSON in Russian, answered in UTF-8',
    post(
      '/rest/send',
      latin1(`{"login":"~","psw":"secret","phones":"${PHONE}","mes":"Привет","charset":"utf-8","err":1}`),
      'application/json',
    ),
  ),
  named('JSON that is none', post('/rest/send/', '{"login":"~","psw":', 'application/json')),
  named('JSON under the name of a form', post('/sys/send.php', `{"login":"~","psw":"secret","phones":"${PHONE}","mes":"Hi"}`)),
  named('a form to REST', post('/rest/send/', `${WHO}&phones=${PHONE}&mes=Hi`)),
  named('an API key', get(`/rest/send/?apikey=^&phones=${PHONE}&mes=By+key`)),
  named(
    'a multipart body',
    post(
      '/sys/send.php',
      multipart({ login: '~', psw: 'secret', phones: PHONE, mes: '\xc7\xe0\xea\xe0\xe7' }),
      'multipart/form-data; boundary=xYz',
    ),
  ),
  named(
    'a multipart body that breaks off',
    post('/sys/send.php', '--xYz\r\nContent-Disposition: form', 'multipart/form-data; boundary=xYz'),
  ),
  named('a chunked body', chunked('/sys/send.php', `${WHO}&phones=${PHONE}&mes=In+chunks&fmt=3`)),
  named('a compressed body', post('/sys/send.php', 'xxxx', FORM, 'Content-Encoding: gzip\r\n')),
  named('all in the address, nothing in the body', post(`/sys/send.php?${WHO}&phones=${PHONE}&mes=By+address&fmt=3`, '')),
  named('UTF-8', get(`/sys/send.php?${WHO}&phones=${PHONE}&mes=%D0%AF&charset=utf-8&fmt=3`)),
  named('KOI8-R', get(`/sys/send.php?${WHO}&phones=${PHONE}&mes=%F1&charset=koi8-r&fmt=2`)),
  named('a whole address', get(`http://smsc.ru/sys/balance.php?${WHO}`)),
  named('two slashes', get(`//sys/balance.php?${WHO}`)),
  named('HEAD', get(`/sys/send.php?${WHO}&phones=${PHONE}&mes=Hello`, 'HEAD')),
  named('HEAD of JSON', get(`/rest/balance/?${WHO}`, 'HEAD')),
  named('PUT', get(`/sys/send.php?${WHO}&phones=${PHONE}&mes=Hello`, 'PUT', 'Content-Length: 0\r\n')),
  named('DELETE', get(`/rest/send/?${WHO}`, 'DELETE')),
  named('OPTIONS', get('/sys/send.php', 'OPTIONS')),
  named('a path that is not there', get('/sys/nothing.php?login=~')),
  named('another', get('/nothing')),
  named('HEAD of a path that is not there', get('/rest/nothing/', 'HEAD')),
  named('the beginning', get('/')),
  named('robots.txt', get('/robots.txt')),
]

/** The same questions by the same account, over both protocols. */
const questions: Asked[] = FMTS.flatMap((fmt) => [
  ...['', '&cur=1'].flatMap((more) => [
    named(`balance${more}, fmt=${fmt}`, get(`/sys/balance.php?login=same&psw=secret${more}&fmt=${fmt}`)),
    named(`balance${more} by POST, fmt=${fmt}`, post('/sys/balance.php', `login=same&psw=secret${more}&fmt=${fmt}`)),
  ]),
  ...['', '&all=1', '&all=2'].flatMap((more) => [
    named(`status${more}, fmt=${fmt}`, get(`/sys/status.php?login=same&psw=secret&phone=${PHONE}&id=1${more}&fmt=${fmt}`)),
    named(
      `status of several${more}, fmt=${fmt}`,
      post('/sys/status.php', `login=same&psw=secret&phone=${PHONE},${PHONE},${PHONE}&id=1,2,99${more}&fmt=${fmt}`),
    ),
    named(`status of HLR${more}, fmt=${fmt}`, get(`/sys/status.php?login=same&psw=secret&phone=${PHONE}&id=2${more}&fmt=${fmt}`)),
  ]),
  named(
    `status in UTF-8, fmt=${fmt}`,
    get(`/rest/status/?login=same&psw=secret&phone=${PHONE}&id=1&all=2&fmt=${fmt}&charset=utf-8`),
  ),
  named(`status of what is not there, fmt=${fmt}`, get(`/sys/status.php?login=same&psw=secret&phone=${PHONE}&id=99&fmt=${fmt}`)),
  named(`status without an id, fmt=${fmt}`, get(`/sys/status.php?login=same&psw=secret&phone=${PHONE}&fmt=${fmt}`)),
  named(`status, a wrong password, fmt=${fmt}`, get(`/sys/status.php?login=same&psw=x&phone=${PHONE}&id=1&fmt=${fmt}`)),
  named(`info, fmt=${fmt}`, get(`/sys/info.php?login=same&psw=secret&get_operator=1&phone=${PHONE}&fmt=${fmt}`)),
  named(
    `info in UTF-8, fmt=${fmt}`,
    post('/rest/info/', `login=same&psw=secret&get_operator=1&phone=${PHONE}&charset=utf-8&fmt=${fmt}`),
  ),
  named(`info of no number, fmt=${fmt}`, get(`/sys/info.php?login=same&psw=secret&get_operator=1&phone=12&fmt=${fmt}`)),
  named(`info, nothing asked, fmt=${fmt}`, get(`/rest/info?login=same&psw=secret&fmt=${fmt}`)),
  named(`balance, a wrong password, fmt=${fmt}`, get(`/rest/balance?login=same&psw=x&fmt=${fmt}`)),
])

/** What is answered on a connection that is kept. */
export const KEPT: readonly Asked[] = [...sends, ...written, ...questions]

/** What ends its connection, or is no HTTP. */
export const CLOSING: readonly Asked[] = [
  named('Connection: close', get(`/sys/balance.php?${WHO}`, 'GET', 'Connection: close\r\n')),
  named('HTTP/1.0 without Host', raw(`GET /sys/balance.php?${WHO}&fmt=3 HTTP/1.0\r\n\r\n`)),
  named(
    'octets above 0x7F in the address',
    raw(`GET /sys/send.php?${WHO}&phones=${PHONE}&mes=\xcf\xf0\xe8\xe2\xe5\xf2&fmt=1 HTTP/1.0\r\n\r\n`),
  ),
  named('such octets where the connection would be kept', get(`/sys/send.php?${WHO}&phones=${PHONE}&mes=\xdf&fmt=3`)),
  named('no HTTP', raw('HELLO\r\n\r\n')),
  named('a line that is too long', raw(`GET /sys/balance.php?${WHO}&x=${'x'.repeat(70_000)} HTTP/1.1\r\nHost: x\r\n\r\n`)),
  named('a length that is none', raw('POST /sys/send.php HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n')),
  named('a bad chunk', raw('POST /sys/send.php HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n')),
]
