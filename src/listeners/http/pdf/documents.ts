import { type Act, type Invoice, type Seller, vatWithin, writtenDay } from '../../../domain/document.ts'
import { formatMoney, type Money } from '../../../domain/money.ts'
import { moneyInWords } from '../../../domain/money-words.ts'
import type { Language } from '../../../domain/status.ts'
import { type Column, openSheet, type Sheet } from './sheet.ts'
import { monthInWords, WORDS, type Words } from './words.ts'

/** An invoice, as it is sent to whoever is to pay it. */
export async function invoicePdf(invoice: Invoice, language: Language): Promise<Buffer> {
  const words = WORDS[language]
  const { id, date, amount, currency, service, buyer } = invoice
  const seller = inLanguage(invoice.seller, language)
  const title = words.invoice(id, writtenDay(date))
  const sheet = await openSheet({ title, date, language })
  writeSeller(sheet, words, seller)
  sheet.title(title)
  sheet.gap(8)
  sheet.labelled(words.seller, seller.name)
  sheet.labelled(words.buyer, aboutBuyer(words, invoice))
  sheet.gap(8)
  writeRows(sheet, words, [[service || words.usualService(buyer.login), '1', amount]])
  writeTotal(sheet, words, amount, currency, seller.vat)
  sheet.text(words.toPay(sumOf(words, amount, currency), moneyInWords(amount, currency, language)))
  sheet.gap(30)
  sheet.signatures([[words.seller, seller.signatory || words.signature]])
  return sheet.finish()
}

/** An act of what was done in a month, to be signed by both. */
export async function actPdf(act: Act, language: Language): Promise<Buffer> {
  const words = WORDS[language]
  const { num, start, end, amount, charged, fees, messages, currency, buyer } = act
  const seller = inLanguage(act.seller, language)
  const title = words.act(num, writtenDay(end))
  const sheet = await openSheet({ title, date: end, language })
  sheet.title(title)
  sheet.text(words.actOf(writtenDay(start), writtenDay(end)))
  sheet.gap(12)
  sheet.labelled(words.doer, [seller.name, seller.details].filter((part) => part).join(', '))
  sheet.labelled(words.customer, aboutBuyer(words, act))
  sheet.gap(8)
  const month = monthInWords(words, end, language)
  const feeRow = [words.fees(month), '1', fees] as const
  writeRows(sheet, words, [[words.messages(month), String(messages), charged], ...(fees === 0n ? [] : [feeRow])])
  writeTotal(sheet, words, amount, currency, seller.vat)
  sheet.text(words.rendered(sumOf(words, amount, currency), moneyInWords(amount, currency, language)))
  sheet.gap(8)
  sheet.text(words.accepted)
  sheet.gap(30)
  sheet.signatures([
    [words.doer, seller.signatory || seller.name],
    [words.customer, buyer.name],
  ])
  return sheet.finish()
}

interface Named {
  readonly name: string
  readonly details: string
  readonly bank: string
  readonly signatory: string
  readonly vat: number | null
}

/** What is not told in English stands there as it is. */
const inLanguage = (seller: Seller, language: Language): Named =>
  language === 'ru'
    ? seller
    : {
        name: seller.nameEn || seller.name,
        details: seller.detailsEn || seller.details,
        bank: seller.bankEn || seller.bank,
        signatory: seller.signatoryEn || seller.signatory,
        vat: seller.vat,
      }

function writeSeller(sheet: Sheet, words: Words, { name, details, bank }: Named): void {
  sheet.text(name, { bold: true })
  if (details !== '') sheet.text(details)
  sheet.gap(8)
  sheet.labelled(words.bank, bank)
  sheet.gap(14)
}

const aboutBuyer = (words: Words, { buyer: { name, login, details, contract } }: Invoice | Act): string =>
  [name, details, contract === '' ? '' : words.contract(contract), name === login ? '' : words.login(login)]
    .filter((part) => part !== '')
    .join(', ')

const COLUMNS: readonly Column[] = [
  { width: 30, align: 'right' },
  { width: 290, align: 'left' },
  { width: 75, align: 'right' },
  { width: 100, align: 'right' },
]

function writeRows(sheet: Sheet, words: Words, rows: readonly (readonly [what: string, count: string, amount: Money])[]): void {
  const lines = rows.map(([what, count, amount], at) => [String(at + 1), what, count, words.sum(formatMoney(amount))])
  sheet.table(COLUMNS, [words.columns, ...lines])
  sheet.gap(6)
}

function writeTotal(sheet: Sheet, words: Words, amount: Money, currency: string, vat: number | null): void {
  sheet.text(`${words.total}: ${sumOf(words, amount, currency)}`, { bold: true, align: 'right' })
  const within = vat === null || vat === 0 ? '' : `: ${sumOf(words, vatWithin(amount, vat), currency)}`
  if (vat !== null) sheet.text(vat === 0 ? words.noVat : `${words.vat(vat)}${within}`, { align: 'right' })
  sheet.gap(10)
}

const sumOf = (words: Words, amount: Money, currency: string): string =>
  `${words.sum(formatMoney(amount))}\u00a0${words.currency(currency)}`
