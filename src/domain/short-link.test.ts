import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asStored, codeOf, isMachine, linkBase, numberOf, readLink, replaceLinks } from './short-link.ts'

const shorten = (url: string) => `<${url}>`

// biome-ignore format: a table reads better in columns
const texts: [text: string, replaced: string][] = [
  ['See http://a.ru/b',                         'See <http://a.ru/b>'],
  ['See https://a.ru/b?c=d&e=f#g, please',      'See <https://a.ru/b?c=d&e=f#g>, please'],
  ['www.a.ru!',                                 '<http://www.a.ru>!'],
  ['HTTP://A.RU/B',                             '<http://a.ru/B>'],
  ['(see http://a.ru/b).',                      '(see <http://a.ru/b>).'],
  ['http://a.ru/wiki/B_(c)',                    '<http://a.ru/wiki/B_(c)>'],
  ['http://a.ru http://b.ru',                   '<http://a.ru> <http://b.ru>'],
  ['http://a.ru\nhttp://a.ru',                  '<http://a.ru>\n<http://a.ru>'],
  ['http://a.ru/b,c,https://b.ru;www.c.ru/|d',  '<http://a.ru/b,c>,<https://b.ru>;<http://www.c.ru/|d>'],
  ['http://a.ru/?to=http://b.ru/http://c.ru',   '<http://a.ru/?to=http://b.ru/http://c.ru>'],
  ['http://a.ru:99999/b http://[a]/ http://9.9.9.999', 'http://a.ru:99999/b http://[a]/ http://9.9.9.999'],
  ['Акция на http://магазин.рф/скидки!',        'Акция на <http://xn--80aairftm.xn--p1ai/скидки>!'],
  ['«http://a.ru/b»',                           '«<http://a.ru/b>»'],
  ['Скидка 50%.https://a.ru и на сайтеhttp://b.ru', 'Скидка 50%.<https://a.ru> и на сайте<http://b.ru>'],
  ['git+https://a.ru shttp://a.ru',             'git+https://a.ru shttp://a.ru'],
  ['ann@www.a.ru',                              'ann@www.a.ru'],
  ['awww.cute.ru',                              'awww.cute.ru'],
  ['a.ru is not a link',                        'a.ru is not a link'],
  ['http:// and www. alone',                    'http:// and www. alone'],
  ['ftp://a.ru',                                'ftp://a.ru'],
  ['',                                          ''],
]

for (const [text, replaced] of texts) {
  test(`links: ${text}`, () => assert.equal(replaceLinks(text, shorten), replaced))
}

test('a link of unreasonable length stays as it is, and takes no time', () => {
  for (const long of [`http://a.ru/${'b'.repeat(5000)}`, `http://a.ru/${')'.repeat(100_000)}`, 'www.'.repeat(50_000)]) {
    assert.ok(replaceLinks(long, () => '').length <= long.length)
  }
})

const codes: [number: number, code: string][] = [
  [0, '0'],
  [9, '9'],
  [10, 'a'],
  [36, 'A'],
  [61, 'Z'],
  [62, '10'],
  [3843, 'ZZ'],
  [Number.MAX_SAFE_INTEGER, 'FfGNdXsE7'],
]

test('a number has one code, and the code one number', () => {
  for (const [number, code] of codes) {
    assert.equal(codeOf(number), code)
    assert.equal(numberOf(code), number)
  }
  for (let number = 0; number < 5000; number++) assert.equal(numberOf(codeOf(number)), number)
})

test('what is no code has no number', () => {
  for (const code of ['', '00', '01', 'a-b', 'ZZZZZZZZZ', '0123456789', 'я', ' 1']) assert.equal(numberOf(code), undefined, code)
})

const people = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 YaBrowser/24.4.0.0 Safari/537.36',
  'Mozilla/5.0 (Linux; Android 8.0.0) AppleWebKit/537.36 Version/4.0 Chrome/74.0 Mobile Safari/537.36 YandexSearch/7.92 YandexSearchBrowser/7.92',
  'Mozilla/5.0 (Linux; Android 10; CUBOT NOTE 20) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Mobile Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 320.0',
  'Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/124.0 Mobile Safari/537.36 Telegram-Android/10.9',
  'Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0',
  'Opera/9.80 (J2ME/MIDP; Opera Mini/9.80) Presto/2.5.25 Version/10.54',
]
const machines = [
  'WhatsApp/2.23.20.0',
  'TelegramBot (like TwitterBot)',
  'Viber/13.3.0.5 CFNetwork/1121.2.2 Darwin/19.2.0',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  'Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)',
  'Mozilla/5.0 (Macintosh) AppleWebKit/601.2.4 Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0',
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/124.0 Safari/537.36',
  'curl/8.5.0',
  'Wget/1.21',
  'python-requests/2.31',
  'Go-http-client/1.1',
  'okhttp/4.12.0',
  'Java/17.0.2',
  'Dalvik/2.1.0 (Linux; U; Android 13; SM-A536B Build/TP1A.220624.014)',
  'MobileSMS/1.0 CFNetwork/1410.0.3 Darwin/22.6.0',
  'Mozilla/5.0 (compatible; YandexSearchShop/1.0; +http://yandex.com/bots)',
  'node',
  'Scrapy/2.11 (+https://scrapy.org)',
  '',
  '  ',
  undefined,
]

test('a click is a GET of somebody with a browser', () => {
  for (const userAgent of people) {
    assert.equal(isMachine(userAgent, 'GET'), false, userAgent)
    assert.equal(isMachine(userAgent, 'HEAD'), true, userAgent)
    assert.equal(isMachine(userAgent, 'POST'), true, userAgent)
  }
  for (const userAgent of machines) assert.equal(isMachine(userAgent, 'GET'), true, userAgent)
})

const links: [written: string, link: string | undefined][] = [
  ['https://mywebsite.ru/a?b=c#d', 'https://mywebsite.ru/a?b=c#d'],
  [' mywebsite.ru ', 'http://mywebsite.ru'],
  ['mywebsite.ru:8080/a', 'http://mywebsite.ru:8080/a'],
  ['HTTPS://Пример.рф/Путь', 'https://xn--e1afmkfd.xn--p1ai/Путь'],
  ['http://[2001:db8::1]/', 'http://[2001:db8::1]/'],
  ['mywebsite.ru/?at=a@b.ru', 'http://mywebsite.ru/?at=a@b.ru'],
  ['javascript:alert(1)', undefined],
  ['JavaScript:alert(1)//a.ru', undefined],
  ['data:text/html,a.b', undefined],
  ['ftp://a.ru', undefined],
  ['mailto:a@b.ru', undefined],
  ['//evil.example', undefined],
  ['/etc/passwd', undefined],
  ['https://bank.example@evil.example/', undefined],
  ['bank.example:1@evil.example', undefined],
  ['https://a.ru\\@b.ru', undefined],
  ['https://a.ru/\r\nSet-Cookie: a', undefined],
  ['https://a.ru/\0', undefined],
  ['https://a.ru/\ud800', undefined],
  ['a b.ru', undefined],
  ['localhost', undefined],
  ['http://', undefined],
  ['http:///mywebsite.ru', undefined],
  ['.', undefined],
  ['', undefined],
  [`a.ru/${'b'.repeat(2044)}`, undefined],
]

test('a link that is to be shortened leads to a page of the web', () => {
  for (const [written, link] of links) assert.equal(readLink(written), link, written)
})

const spellings: [written: string, kept: string | undefined][] = [
  ['a.ru', 'http://a.ru'],
  ['HTTPS://A.ru:443/B?C#D', 'https://a.ru/B?C#D'],
  ['http://Пример.рф', 'http://xn--e1afmkfd.xn--p1ai'],
  ['http://User:Pass@A.ru:81/@b', 'http://User:Pass@a.ru:81/@b'],
  ['http://a@b@C.ru?d@E', 'http://a@b@c.ru?d@E'],
  ['http://A.ru\\B', 'http://a.ru\\B'],
  ['http://[2001:DB8::1]:80/', 'http://[2001:db8::1]/'],
  ['http://', undefined],
  ['http:///a.ru', undefined],
  ['http://@a.ru', 'http://@a.ru'],
  ['http://a.ru:99999', undefined],
  ['', undefined],
]

test('a link is kept with its host in one spelling, and leads where it led', () => {
  for (const [written, kept] of spellings) {
    assert.equal(asStored(written), kept, written)
    if (kept && written.includes('://')) assert.equal(new URL(kept).href, new URL(written).href)
  }
})

test('the links of an account begin with its own host, else with the centre', () => {
  assert.equal(
    linkBase({ settings: { link_host: 'https://go.shop.example' } }, 'https://centre.example'),
    'https://go.shop.example',
  )
  assert.equal(linkBase({ settings: {} }, 'https://centre.example'), 'https://centre.example')
})
