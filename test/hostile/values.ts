/** What is wrong with a value, urlencoded. Each is tried with every parameter, in all formats. */
export const KEEN: Readonly<Record<string, string>> = {
  'of the wrong type': 'x%27%22%3C%3E%26;--',
  'a number beyond 53 bits': '9007199254740993',
  empty: '',
  'octets of no charset': '%FF%FE%98%C0%80%ED%A0%80',
  'line ends': '%0D%0AContent-Type:%20text/html%0D%0A%0D%0A<script>',
  SQL: "1'%20or%20'1'='1';drop%20table%20messages;--",
}

/** The same, each in one format, by turns; a third of them with one parameter, others with the next. */
export const MORE: Readonly<Record<string, string>> = {
  'a huge number': '9'.repeat(99),
  'a number beyond 31 bits': '2147483648',
  'a negative number': '-1',
  'a NUL': '%00',
  'a fraction': '1.5',
  'an exponent': '1e9',
  one: '1',
  'digits of another script': '%D9%A1%D9%A2',
  'NUL within': '7916123a%00b4567',
  'half an escape': '%D',
  'spaces only': '+++',
  'a format string': '%25s%25n%7B%7B7*7%7D%7D$%7Bjndi:ldap://x%7D',
  'a pattern': '%25%25_*.(%5B%5C',
  'a pattern that goes back': `(a%2B)%2B$${'%25w{1,99}'.repeat(10)}`,
  commas: ',,,;;;|||',
  'an emoji and Cyrillic': '%F0%9F%98%80%D0%AF',
  'a path': '..%2F..%2Fetc%2Fpasswd',
  'no day of the calendar': '31.02.2026',
  'a day before all days': '01.01.0001',
  'a day after all days': '31.12.9999',
  'an address within': 'http://127.0.0.1:1/',
  'a long list': '79161234567,'.repeat(200),
  'of 100 KB': 'a'.repeat(100_000),
}

/** The same as a JSON object has them. */
export const JSON_VALUES: readonly string[] = [
  'null',
  'true',
  '-1.5e300',
  '{"a":1}',
  '[]',
  '["1",["2"]]',
  '"\\u0000\\ud800"',
  `${'['.repeat(200)}${']'.repeat(200)}`,
]
