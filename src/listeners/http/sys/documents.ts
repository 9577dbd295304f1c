import type { ActName, ClientName, Documents } from '../../../account/documents.ts'
import type { Account } from '../../../domain/account.ts'
import { MONEY_UNIT, type Money, parseMoney } from '../../../domain/money.ts'
import { Refusal } from '../../../domain/refusal.ts'
import type { Language } from '../../../domain/status.ts'
import { type Fmt, print, type Shape } from '../answer.ts'
import type { Handler } from '../call.ts'
import { DOCUMENTS_ERRORS } from '../errors.ts'
import { malformed, readId, readNeededId } from '../fields.ts'
import type { Params } from '../params.ts'
import { actPdf, invoicePdf } from '../pdf/documents.ts'
import type { Attachment } from '../respond.ts'
import type { ScriptServices } from '../script.ts'
import { ACT, ADDED, INVOICE } from './documents-answer.ts'
import { createOperations, type Operation } from './operations.ts'
import { COMMON_PARAMETERS, type Parameter } from './parameters.ts'

/** Every parameter of documents.php, as docs/api/documents.md lists them. */
export const PARAMETERS = [
  ...COMMON_PARAMETERS,
  { name: 'add_account', meaning: '1: write an invoice', ru: '1 – выставить счёт', octetsMax: 10 },
  { name: 'get_account', meaning: '1: an invoice, to be kept', ru: '1 – получить счёт', octetsMax: 10 },
  { name: 'get_act', meaning: '1: the act of a closed month', ru: '1 – получить акт за закрытый месяц', octetsMax: 10 },
  { name: 'user', meaning: "a sub-client's login, or one's own", ru: 'логин субклиента либо свой', octetsMax: 300 },
  { name: 'user_id', meaning: 'its id, where there is no `user`', ru: 'его номер, если нет `user`', octetsMax: 100 },
  {
    name: 'sum',
    meaning: "of an invoice: above 0, in the sub-client's currency, with at most two decimals behind a dot",
    ru: 'сумма счёта больше 0 в валюте субклиента, не более двух знаков после точки',
    octetsMax: 100,
  },
  {
    name: 'service',
    meaning: 'what the invoice is for, at most 200 characters; without it the usual words',
    ru: 'название услуги в счёте, до 200 знаков; без него – обычное',
    octetsMax: 2_000,
  },
  {
    name: 'id',
    meaning: 'which invoice; of an act its month: 202611 is November 2026',
    ru: 'номер счёта; для акта – его месяц: 202611 – ноябрь 2026 года',
    octetsMax: 100,
  },
  {
    name: 'num',
    meaning: "an act's number within its year, where there is no `id`; the latest year that has it",
    ru: 'номер акта в году, если нет `id`; из нескольких лет – последний',
    octetsMax: 100,
  },
  {
    name: 'lang',
    meaning: '`ru` or `en`: the language of the document; without it that of the centre',
    ru: '`ru` или `en`: язык документа; по умолчанию – язык центра',
    octetsMax: 10,
  },
] as const satisfies readonly Parameter[]

const SERVICE_MAX = 200

export interface DocumentsServices extends ScriptServices {
  readonly documents: Documents
  readonly language: Language
}

/** documents.php: invoices to sub-clients and acts of what was done for them. */
export function createDocumentsScript(services: DocumentsServices): Handler {
  const { documents, language: usual, limits } = services

  /** Printing takes as long as a hundred messages do. */
  function countPrint(account: Account): void {
    if (!limits.allow(account, 'documents', '')) throw new Refusal('too_many_requests')
  }

  async function present<T>(asked: {
    readonly document: T
    readonly shape: Shape<{ document: T; language: Language }>
    readonly pdf: (document: T, language: Language) => Promise<Buffer>
    readonly name: string
    readonly params: Params
    readonly account: Account
    readonly fmt: Fmt
  }): Promise<string | Attachment> {
    const { document, shape, pdf, name, params, account, fmt } = asked
    const language = readLanguage(params) ?? usual
    if (fmt === 3) return print(shape, { document, language }, fmt)
    countPrint(account)
    return { type: 'application/pdf', name, content: await pdf(document, language) }
  }

  const operations: Readonly<Record<string, Operation>> = {
    async add_account(params, account, fmt) {
      const wanted = { amount: readSum(params), service: readService(params) }
      return print(ADDED, await documents.addInvoice(account, readClient(params), wanted), fmt)
    },

    async get_account(params, account, fmt) {
      readLanguage(params)
      const id = readNeededId(params, 'id')
      const document = await documents.invoice(account, readClient(params), id)
      return present({ document, shape: INVOICE, pdf: invoicePdf, name: `account_${id}.pdf`, params, account, fmt })
    },

    async get_act(params, account, fmt) {
      readLanguage(params)
      const document = await documents.act(account, readClient(params), readAct(params))
      return present({ document, shape: ACT, pdf: actPdf, name: `act_${document.id}.pdf`, params, account, fmt })
    },
  }

  return createOperations({ ...services, name: 'documents', errors: DOCUMENTS_ERRORS, parameters: PARAMETERS, operations })
}

function readClient(params: Params): ClientName {
  const [user, userId] = [params.text('user')?.trim() ?? '', readId(params, 'user_id')]
  if (user === '' && userId === undefined) throw malformed('user')
  return { user, userId }
}

/** An invoice is paid in whole hundredths. */
function readSum(params: Params): Money {
  const sum = parseMoney(params.text('sum') ?? '')
  if (typeof sum !== 'bigint' || sum <= 0n || sum % (MONEY_UNIT / 100n) !== 0n) throw malformed('sum')
  return sum
}

function readService(params: Params): string {
  const service = params.text('service')?.trim() ?? ''
  if (service.length > SERVICE_MAX) throw malformed('service')
  return service
}

function readAct(params: Params): ActName {
  const [id, num] = [readId(params, 'id'), readId(params, 'num')]
  if (id !== undefined) return { id }
  if (num !== undefined) return { num }
  throw malformed('id')
}

function readLanguage(params: Params): Language | undefined {
  const lang = params.text('lang')?.trim().toLowerCase() ?? ''
  if (lang === 'ru' || lang === 'en') return lang
  if (lang === '') return undefined
  throw malformed('lang')
}
