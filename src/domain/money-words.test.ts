import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMoney } from './money.ts'
import { moneyInWords } from './money-words.ts'

// amount, currency, in Russian, in English
const sums: [amount: string, currency: string, ru: string, en: string][] = [
  ['0', 'RUR', 'Ноль рублей 00 копеек', 'Zero roubles 00 kopecks'],
  ['0.01', 'RUR', 'Ноль рублей 01 копейка', 'Zero roubles 01 kopeck'],
  ['1', 'RUR', 'Один рубль 00 копеек', 'One rouble 00 kopecks'],
  ['2.02', 'RUR', 'Два рубля 02 копейки', 'Two roubles 02 kopecks'],
  ['11.11', 'RUR', 'Одиннадцать рублей 11 копеек', 'Eleven roubles 11 kopecks'],
  ['21.21', 'RUR', 'Двадцать один рубль 21 копейка', 'Twenty-one roubles 21 kopecks'],
  ['40', 'RUR', 'Сорок рублей 00 копеек', 'Forty roubles 00 kopecks'],
  ['114', 'RUR', 'Сто четырнадцать рублей 00 копеек', 'One hundred fourteen roubles 00 kopecks'],
  ['1200.50', 'RUR', 'Одна тысяча двести рублей 50 копеек', 'One thousand two hundred roubles 50 kopecks'],
  ['2000', 'RUR', 'Две тысячи рублей 00 копеек', 'Two thousand roubles 00 kopecks'],
  [
    '12345.67',
    'RUR',
    'Двенадцать тысяч триста сорок пять рублей 67 копеек',
    'Twelve thousand three hundred forty-five roubles 67 kopecks',
  ],
  ['1001001', 'RUR', 'Один миллион одна тысяча один рубль 00 копеек', 'One million one thousand one roubles 00 kopecks'],
  [
    '999999999999.99',
    'RUR',
    'Девятьсот девяносто девять миллиардов девятьсот девяносто девять миллионов девятьсот девяносто девять тысяч девятьсот девяносто девять рублей 99 копеек',
    'Nine hundred ninety-nine billion nine hundred ninety-nine million nine hundred ninety-nine thousand nine hundred ninety-nine roubles 99 kopecks',
  ],
  ['-5.40', 'RUR', 'Минус пять рублей 40 копеек', 'Minus five roubles 40 kopecks'],
  ['22', 'UAH', 'Двадцать две гривны 00 копеек', 'Twenty-two hryvnias 00 kopiykas'],
  ['3', 'USD', 'Три доллара США 00 центов', 'Three US dollars 00 cents'],
  ['5', 'KZT', 'Пять тенге 00 тиынов', 'Five tenge 00 tiyns'],
  ['2.50', 'GEL', 'Два GEL 50/100', 'Two GEL 50/100'],
]
for (const [amount, currency, ru, en] of sums) {
  test(`${amount} ${currency} in words`, () => {
    const money = parseMoney(amount)
    assert.ok(typeof money === 'bigint')
    assert.equal(moneyInWords(money, currency, 'ru'), ru)
    assert.equal(moneyInWords(money, currency, 'en'), en)
  })
}
