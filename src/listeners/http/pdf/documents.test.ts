import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pdfText } from '../../../../test/support/pdf-text.ts'
import type { Act, Invoice } from '../../../domain/document.ts'
import { actPdf, invoicePdf } from './documents.ts'

const seller = {
  ...{ name: 'ООО «Пример»', nameEn: 'Example LLC', details: 'ИНН 7700000000', detailsEn: '', bank: 'р/с 4070', bankEn: '' },
  ...{ signatory: 'Образцов О. О.', signatoryEn: '', vat: 20 },
}
const buyer = { login: 'sub', name: 'ИП Ёлкина', details: '105005, Москва', contract: '7/26' }
const INVOICE: Invoice = {
  ...{ id: 17, date: { year: 2026, month: 11, day: 22 }, amount: 1_234_500_000n, currency: 'RUR', service: '' },
  ...{ seller, buyer },
}
const ACT: Act = {
  ...{ id: 202610, num: 3, start: { year: 2026, month: 10, day: 1 }, end: { year: 2026, month: 10, day: 31 } },
  ...{ messages: 12, charged: 12_340_000n, fees: 500_000_000n, amount: 512_340_000n, currency: 'RUR', seller, buyer },
}
/** As read: lines of a paragraph are joined, no-break spaces are spaces. */
const read = (pdf: Buffer): string => pdfText(pdf).replaceAll('\n', ' ').replaceAll('\u00a0', ' ').replaceAll(/ +/g, ' ')

function says(text: string, words: readonly string[]): void {
  let from = 0
  for (const each of words) {
    const at = text.indexOf(each, from)
    assert.ok(at >= 0, `'${each}' is not there, or not in its place: ${text}`)
    from = at + each.length
  }
}

test('an invoice in Russian says who is to pay what to whom, in figures and in words', async () => {
  says(read(await invoicePdf(INVOICE, 'ru')), [
    ...['ООО «Пример»', 'ИНН 7700000000', 'Банк:', 'р/с 4070', 'Счёт на оплату № 17 от 22.11.2026', 'Поставщик:', 'Покупатель:'],
    ...['ИП Ёлкина, 105005, Москва, Договор № 7/26, Логин: sub', 'Услуги передачи сообщений, пополнение счёта sub', '1 234,50'],
    ...['Итого: 1 234,50 руб.', 'В том числе НДС 20 %: 205,75 руб.', 'Одна тысяча двести тридцать четыре рубля 50 копеек'],
    'Образцов О. О.',
  ])
})

test('an invoice in English takes what there is in English, and the rest as it is', async () => {
  says(read(await invoicePdf({ ...INVOICE, service: 'Messages, November', currency: 'USD' }, 'en')), [
    ...['Example LLC', 'ИНН 7700000000', 'Bank:', 'Invoice No. 17 of 22.11.2026', 'Buyer:', 'ИП Ёлкина', 'Messages, November'],
    ...['Total: 1,234.50 USD', 'Including VAT 20%: 205.75 USD', 'One thousand two hundred thirty-four US dollars 50 cents'],
  ])
})

test('an act says what was done in the month, and has a place for both to sign', async () => {
  says(read(await actPdf(ACT, 'ru')), [
    ...[
      'Акт № 3 от 31.10.2026',
      'с 01.10.2026 по 31.10.2026',
      'Исполнитель:',
      'Заказчик:',
      'Услуги передачи сообщений за октябрь 2026 г.',
    ],
    ...[
      '12',
      '12,34',
      'Абонентская плата и прочие услуги за октябрь 2026 г.',
      '500,00',
      'Итого: 512,34 руб.',
      'НДС 20 %: 85,39 руб.',
    ],
    ...['Пятьсот двенадцать рублей 34 копейки', 'претензий', 'Исполнитель', 'Заказчик'],
  ])
  const text = read(await actPdf({ ...ACT, fees: 0n, amount: 12_340_000n }, 'en'))
  says(text, ['Act No. 3 of 31.10.2026', 'Messaging services, October 2026', 'Total: 12.34 RUB', 'Twelve roubles 34 kopecks'])
  assert.doesNotMatch(text, /fees/)
})

test('of VAT a document says what its seller has said', async () => {
  const withVat = async (vat: number | null) => read(await invoicePdf({ ...INVOICE, seller: { ...seller, vat } }, 'ru'))
  assert.match(await withVat(0), /Без НДС/)
  assert.doesNotMatch(await withVat(null), /НДС/)
})

test('the same document is always the same octets, and another is not', async () => {
  const [first, again, other] = [
    await invoicePdf(INVOICE, 'ru'),
    await invoicePdf(INVOICE, 'ru'),
    await invoicePdf({ ...INVOICE, id: 18 }, 'ru'),
  ]
  assert.ok(first.equals(again))
  assert.ok(!first.equals(other))
  assert.ok(first.length < 200_000, 'only the letters that it needs are in it')
})

test('what no font can write, and what is far too long, spoils nothing', async () => {
  const name = `\u0000\u0007\u202e😀 漢字 ${'Очень длинное название '.repeat(100)}${'X'.repeat(400)}`
  const pdf = await actPdf({ ...ACT, buyer: { ...buyer, name, details: 'строка\n'.repeat(140) } }, 'ru')
  const text = pdfText(pdf)
  assert.match(text, /\f/, 'it goes on over a page')
  assert.match(text.replaceAll('\n', ' '), /Очень длинное название[\s\S]*512,34/)
})

test('what goes on over a page leaves no hole on it, and what is signed is not torn from its line', async () => {
  const words = (length: number): string => 'Водогрязеторфопарафинолечебница '.repeat(40).slice(0, length)
  const longest = {
    ...seller,
    name: words(500),
    details: words(500),
    bank: words(500),
    signatory: `Первый ${words(480)} последний`,
  }
  const parties = { seller: longest, buyer: { ...buyer, name: words(1000), details: words(1000) } }
  const pages = pdfText(await invoicePdf({ ...INVOICE, ...parties }, 'ru')).split('\f')
  assert.equal(pages.length, 2)
  assert.match(pages[1] ?? '', /Первый[\s\S]*последний/)
})
