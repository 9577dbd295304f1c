import type { CivilDate } from '../../../domain/calendar.ts'
import type { Language } from '../../../domain/status.ts'

/** What stands on documents, in one language. */
export interface Words {
  readonly invoice: (id: number, date: string) => string
  readonly act: (num: number, date: string) => string
  readonly actOf: (start: string, end: string) => string
  readonly seller: string
  readonly doer: string // the seller, on an act
  readonly buyer: string
  readonly customer: string // the buyer, on an act
  readonly bank: string
  readonly contract: (number: string) => string
  readonly login: (login: string) => string
  readonly columns: readonly [number: string, what: string, count: string, sum: string]
  readonly usualService: (login: string) => string
  readonly messages: (month: string) => string
  readonly fees: (month: string) => string
  readonly total: string
  readonly vat: (percents: number) => string
  readonly noVat: string
  readonly toPay: (sum: string, words: string) => string
  readonly rendered: (sum: string, words: string) => string
  readonly accepted: string
  readonly signature: string
  readonly months: readonly string[]
  /** 1 234 567,89 */
  readonly sum: (plain: string) => string
  readonly currency: (code: string) => string
}

const NBSP = '\u00a0'
const grouped = (plain: string, point: string, blank: string): string => {
  const [whole = '', cents = '00'] = plain.split('.')
  return `${whole.replace(/\B(?=(\d{3})+$)/g, blank)}${point}${cents}`
}

const ru: Words = {
  invoice: (id, date) => `Счёт на оплату № ${id} от ${date}`,
  act: (num, date) => `Акт № ${num} от ${date}`,
  actOf: (start, end) => `об оказании услуг с ${start} по ${end}`,
  seller: 'Поставщик',
  doer: 'Исполнитель',
  buyer: 'Покупатель',
  customer: 'Заказчик',
  bank: 'Банк',
  contract: (number) => `Договор № ${number}`,
  login: (login) => `Логин: ${login}`,
  columns: ['№', 'Наименование', 'Кол-во', 'Сумма'],
  usualService: (login) => `Услуги передачи сообщений, пополнение счёта ${login}`,
  messages: (month) => `Услуги передачи сообщений за ${month}`,
  fees: (month) => `Абонентская плата и прочие услуги за ${month}`,
  total: 'Итого',
  vat: (percents) => `В том числе НДС ${percents}${NBSP}%`,
  noVat: 'Без НДС',
  toPay: (sum, words) => `Всего к оплате: ${sum} (${words}).`,
  rendered: (sum, words) => `Всего оказано услуг на сумму: ${sum} (${words}).`,
  accepted: 'Услуги оказаны полностью и в срок. Заказчик претензий по объёму, качеству и срокам оказания услуг не имеет.',
  signature: 'подпись',
  months: ['январь', 'февраль', 'март', 'апрель', 'май', 'июнь', 'июль', 'август', 'сентябрь', 'октябрь', 'ноябрь', 'декабрь'],
  sum: (plain) => grouped(plain, ',', NBSP),
  currency: (code) => (code === 'RUR' ? 'руб.' : code),
}

const en: Words = {
  invoice: (id, date) => `Invoice No. ${id} of ${date}`,
  act: (num, date) => `Act No. ${num} of ${date}`,
  actOf: (start, end) => `of services rendered from ${start} to ${end}`,
  seller: 'Seller',
  doer: 'Contractor',
  buyer: 'Buyer',
  customer: 'Customer',
  bank: 'Bank',
  contract: (number) => `Contract No. ${number}`,
  login: (login) => `Login: ${login}`,
  columns: ['No.', 'Description', 'Quantity', 'Amount'],
  usualService: (login) => `Messaging services, payment to the account ${login}`,
  messages: (month) => `Messaging services, ${month}`,
  fees: (month) => `Monthly fees and other services, ${month}`,
  total: 'Total',
  vat: (percents) => `Including VAT ${percents}%`,
  noVat: 'VAT is not charged',
  toPay: (sum, words) => `Total due: ${sum} (${words}).`,
  rendered: (sum, words) => `Services were rendered for a total of ${sum} (${words}).`,
  accepted: 'The services were rendered in full and on time. The customer has no claims as to their volume, quality and terms.',
  signature: 'signature',
  months: [
    ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
    ...['August', 'September', 'October', 'November', 'December'],
  ],
  sum: (plain) => grouped(plain, '.', ','),
  currency: (code) => (code === 'RUR' ? 'RUB' : code),
}

export const WORDS: Readonly<Record<Language, Words>> = { ru, en }

/** ноябрь 2026 г., November 2026 */
export const monthInWords = ({ months }: Words, { year, month }: CivilDate, language: Language): string =>
  `${months[month - 1] ?? ''} ${year}${language === 'ru' ? `${NBSP}г.` : ''}`
