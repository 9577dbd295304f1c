import { type Command, Complaint } from '../command.ts'
import { fields } from '../print.ts'

interface Seller {
  readonly name: string
  readonly nameEn: string
  readonly details: string
  readonly detailsEn: string
  readonly bank: string
  readonly bankEn: string
  readonly signatory: string
  readonly signatoryEn: string
  readonly vat: number | null
}

const TEXTS = {
  name: { as: 'name', meaning: 'name of the company' },
  details: { as: 'details', meaning: 'taxpayer number, address' },
  bank: { as: 'bank', meaning: 'where to pay to' },
  signatory: { as: 'signatory', meaning: 'post and name of who signs' },
  'name-en': { as: 'nameEn', meaning: 'its name on documents in English' },
  'details-en': { as: 'detailsEn', meaning: 'the same, in English' },
  'bank-en': { as: 'bankEn', meaning: 'the same, in English' },
  'signatory-en': { as: 'signatoryEn', meaning: 'the same, in English' },
} as const

export const sellerCommands: readonly Command[] = [
  {
    name: 'seller show',
    summary: 'Show the company that stands on invoices and acts.',
    ask: async (centre) => show(await centre.request('GET', '/seller')),
  },
  {
    name: 'seller set',
    summary: 'Say which company stands on invoices and acts: yours.',
    details:
      'What is not given stays as it is; what is not told in English stands there as it is. Documents that were written already keep the company they were written with.',
    options: {
      ...Object.fromEntries(Object.entries(TEXTS).map(([name, { meaning }]) => [name, { value: 'TEXT', meaning }])),
      vat: { value: 'PERCENT', meaning: 'VAT that prices contain; 0: none is charged; none: documents say nothing of it' },
    },
    examples: ["heliogram seller set --name 'ООО «Пример»' --details 'ИНН 7700000000' --vat 20"],
    ask: async (centre, args) => {
      const texts = Object.entries(TEXTS).map(([name, { as }]) => [as, args.text(name)] as const)
      const written = args.text('vat')
      const vat = written === 'none' ? null : args.whole('vat')
      const body = {
        ...Object.fromEntries(texts.filter(([, text]) => text !== undefined)),
        ...(written !== undefined && { vat }),
      }
      if (Object.keys(body).length === 0)
        throw new Complaint('Say what is to change: --name, --details, --bank, --signatory, --vat …', 2)
      return show(await centre.request('PATCH', '/seller', body))
    },
  },
]

function show(answer: unknown) {
  const seller = answer as Seller
  const text = fields([
    ['name', seller.name],
    ['details', seller.details],
    ['bank', seller.bank],
    ['signatory', seller.signatory],
    ['in English', seller.nameEn],
    ['details', seller.detailsEn],
    ['bank', seller.bankEn],
    ['signatory', seller.signatoryEn],
    ['VAT', seller.vat === null ? 'nothing is said of it' : seller.vat === 0 ? 'none is charged' : `${seller.vat} %`],
  ])
  return { json: seller, text }
}
