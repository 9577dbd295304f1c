import { type Act, type Invoice, type Parties, vatWithin, writtenDay } from '../../../domain/document.ts'
import { formatMoney, type Money } from '../../../domain/money.ts'
import type { Language } from '../../../domain/status.ts'
import { inLine, type Members, type Shape } from '../answer.ts'
import { WORDS } from '../pdf/words.ts'

/** SMSC API, answer to add_account. */
export const ADDED: Shape<number> = {
  element: 'result',
  list: 'list',
  members: (id) => [['id', id]],
  text: (id) => `ID = ${id}`,
  commas: String,
}

/** A document with the language that its texts are wanted in. */
interface Asked<Document> {
  readonly document: Document
  readonly language: Language
}

const shapeOf = <T>(element: string, members: (value: T) => Members): Shape<T> => ({
  ...{ element, list: 'list', members },
  text: (value) =>
    inLine(
      members(value)
        .map(([name, each]) => `${name} = ${each}`)
        .join(', '),
    ),
  commas: (value) =>
    inLine(
      members(value)
        .map(([, each]) => each)
        .join(','),
    ),
})

/** What stands on an invoice; only JSON is ever asked for, the rest is the document itself. */
export const INVOICE: Shape<Asked<Invoice>> = shapeOf('account', ({ document, language }) => {
  const { id, date, amount, currency, service, buyer } = document
  return [
    ['id', id],
    ['date', writtenDay(date)],
    ['sum', formatMoney(amount)],
    ...vatOf(document, amount),
    ['currency', currency],
    ['service', service || WORDS[language].usualService(buyer.login)],
    ...partiesOf(document, language),
  ]
})

export const ACT: Shape<Asked<Act>> = shapeOf('act', ({ document, language }) => {
  const { id, num, start, end, messages, charged, fees, amount, currency } = document
  return [
    ['id', id],
    ['num', num],
    ['date', writtenDay(end)],
    ['start', writtenDay(start)],
    ['end', writtenDay(end)],
    ['sms', String(messages)],
    ['charged', formatMoney(charged)],
    ['fees', formatMoney(fees)],
    ['sum', formatMoney(amount)],
    ...vatOf(document, amount),
    ['currency', currency],
    ...partiesOf(document, language),
  ]
})

/** Nothing where the seller has said nothing of VAT. */
const vatOf = ({ seller: { vat } }: Parties, amount: Money): Members =>
  vat === null ? [] : [['vat', formatMoney(vatWithin(amount, vat))]]

function partiesOf({ seller, buyer }: Parties, language: Language): Members {
  const own = (russian: string, english: string): string => (language === 'en' && english !== '' ? english : russian)
  return [
    ['seller', own(seller.name, seller.nameEn)],
    ['seller_props', own(seller.details, seller.detailsEn)],
    ['seller_bank', own(seller.bank, seller.bankEn)],
    ['seller_sign', own(seller.signatory, seller.signatoryEn)],
    ['user', buyer.login],
    ['buyer', buyer.name],
    ['buyer_props', buyer.details],
    ['cntr', buyer.contract],
  ]
}
