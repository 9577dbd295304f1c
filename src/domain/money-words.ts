import { MONEY_UNIT, type Money } from './money.ts'
import type { Language } from './status.ts'

/** One, two to four, five and more. */
type Forms = readonly [one: string, few: string, many: string]

interface Names {
  readonly ru: readonly [unit: Forms, hundredth: Forms]
  readonly en: readonly [unit: readonly [string, string], hundredth: readonly [string, string]]
}

const CENTS = { ru: ['цент', 'цента', 'центов'], en: ['cent', 'cents'] } as const

/** Currencies whose names we know; the Russian ones are all masculine, but the hryvnia. */
const CURRENCIES: Readonly<Record<string, Names>> = {
  RUR: {
    ru: [
      ['рубль', 'рубля', 'рублей'],
      ['копейка', 'копейки', 'копеек'],
    ],
    en: [
      ['rouble', 'roubles'],
      ['kopeck', 'kopecks'],
    ],
  },
  USD: { ru: [['доллар США', 'доллара США', 'долларов США'], CENTS.ru], en: [['US dollar', 'US dollars'], CENTS.en] },
  EUR: { ru: [['евро', 'евро', 'евро'], CENTS.ru], en: [['euro', 'euros'], CENTS.en] },
  UAH: {
    ru: [
      ['гривна', 'гривны', 'гривен'],
      ['копейка', 'копейки', 'копеек'],
    ],
    en: [
      ['hryvnia', 'hryvnias'],
      ['kopiyka', 'kopiykas'],
    ],
  },
  KZT: {
    ru: [
      ['тенге', 'тенге', 'тенге'],
      ['тиын', 'тиына', 'тиынов'],
    ],
    en: [
      ['tenge', 'tenge'],
      ['tiyn', 'tiyns'],
    ],
  },
}
const FEMININE: ReadonlySet<string> = new Set(['UAH'])

/** A sum as documents say it: `Одна тысяча двести рублей 50 копеек`. It has at most two decimals and is below 10^12. */
export function moneyInWords(amount: Money, currency: string, language: Language): string {
  const positive = amount < 0n ? -amount : amount
  const units = Number(positive / MONEY_UNIT)
  const cents = Number((positive % MONEY_UNIT) / 10_000n)
  const names = CURRENCIES[currency === 'RUB' ? 'RUR' : currency]
  const two = String(cents).padStart(2, '0')
  const spoken = language === 'en' ? english(units) : russian(units, FEMININE.has(currency))
  const minus = amount < 0n ? (language === 'en' ? 'minus ' : 'минус ') : ''
  const tail = names ? tailOf(names, language, units, cents, two) : `${currency} ${two}/100`
  const text = `${minus}${spoken} ${tail}`
  return `${text[0]?.toUpperCase()}${text.slice(1)}`
}

function tailOf(names: Names, language: Language, units: number, cents: number, two: string): string {
  if (language === 'en') {
    const [unit, hundredth] = names.en
    return `${unit[units === 1 ? 0 : 1]} ${two} ${hundredth[cents === 1 ? 0 : 1]}`
  }
  const [unit, hundredth] = names.ru
  return `${formOf(unit, units)} ${two} ${formOf(hundredth, cents)}`
}

/** 1 рубль, 2 рубля, 5 рублей, 11 рублей, 21 рубль. */
export function formOf([one, few, many]: Forms, count: number): string {
  const [tens, last] = [Math.floor(count / 10) % 10, count % 10]
  if (tens === 1 || last === 0 || last > 4) return many
  return last === 1 ? one : few
}

const words = (text: string): string[] => text.split(' ')

const RU = {
  small: words(
    'ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать',
  ),
  feminine: ['', 'одна', 'две'],
  tens: words('- - двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто'),
  hundreds: words('- сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот'),
}
const EN = {
  small: words(
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
  ),
  tens: words('- - twenty thirty forty fifty sixty seventy eighty ninety'),
}

const RU_SCALES: readonly Forms[] = [
  ['', '', ''],
  ['тысяча', 'тысячи', 'тысяч'],
  ['миллион', 'миллиона', 'миллионов'],
  ['миллиард', 'миллиарда', 'миллиардов'],
]
const EN_SCALES = ['', 'thousand', 'million', 'billion']

/** Its thousands with their scales, the greatest first; those that are nothing are left out. */
const groupsOf = (value: number): { readonly group: number; readonly scale: number }[] =>
  [3, 2, 1, 0].map((scale) => ({ scale, group: Math.floor(value / 1000 ** scale) % 1000 })).filter(({ group }) => group > 0)

function russian(value: number, feminine: boolean): string {
  if (value === 0) return 'ноль'
  return groupsOf(value)
    .flatMap(({ group, scale }) => {
      const rest = group % 100
      const small = rest < 20 ? rest : rest % 10
      const isFeminine = scale === 1 || (scale === 0 && feminine)
      return [
        group >= 100 ? RU.hundreds[Math.floor(group / 100)] : '',
        rest >= 20 ? RU.tens[Math.floor(rest / 10)] : '',
        small === 0 ? '' : isFeminine && small <= 2 ? RU.feminine[small] : RU.small[small],
        formOf(RU_SCALES[scale] ?? ['', '', ''], group),
      ]
    })
    .filter((word) => word)
    .join(' ')
}

function english(value: number): string {
  if (value === 0) return 'zero'
  return groupsOf(value)
    .flatMap(({ group, scale }) => {
      const rest = group % 100
      const [ten, one] = [EN.tens[Math.floor(rest / 10)], EN.small[rest % 10]]
      return [
        group >= 100 ? `${EN.small[Math.floor(group / 100)]} hundred` : '',
        rest === 0 ? '' : rest < 20 ? EN.small[rest] : rest % 10 === 0 ? ten : `${ten}-${one}`,
        EN_SCALES[scale],
      ]
    })
    .filter((word) => word)
    .join(' ')
}
