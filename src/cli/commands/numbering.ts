import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { path } from '../admin-client.ts'
import { type Args, type Command, Complaint } from '../command.ts'
import { fields, table } from '../print.ts'
import { type OverridesImported, type RegisterImport, showOverrides, showRegister, sum } from './numbering-report.ts'

interface Status {
  readonly register: {
    readonly dated: string
    readonly imported_at: string | null
    readonly ranges: number
    readonly numbers: number
    readonly shipped: string
  }
  readonly overrides: { readonly prefixes: number; readonly numbers: number }
  readonly memory: { readonly filter_octets: number; readonly read_ms: number }
}

interface Plan {
  readonly number: string
  readonly ported: boolean
  readonly country: string
  readonly countryEn: string
  readonly operator: string
  readonly region: string
  readonly regionEn: string
  readonly mcc: string
  readonly mnc: string
  readonly utcOffsetMinutes?: number
}

interface Override {
  readonly digits: string
  readonly kind: 'prefix' | 'number'
  readonly mcc: string
  readonly mnc: string
  readonly operator: string
  readonly region: string
}

const APPLY = {
  preview: { meaning: 'only say what it would change; that is what happens without --yes' },
  yes: { meaning: 'apply it: in force at once, on all nodes' },
} as const

export const numberingCommands: readonly Command[] = [
  {
    name: 'numbering status',
    summary: 'Tell which register of Russian numbers is in force, and how many overrides there are.',
    ask: async (centre) => {
      const status = (await centre.request('GET', '/numbering')) as Status
      return { json: status, text: showStatus(status) }
    },
  },
  {
    name: 'numbering show',
    summary: 'Tell what is known of a number: country, operator, region, MCC and MNC, hours.',
    positionals: [{ name: 'NUMBER', meaning: 'with its calling code' }],
    ask: async (centre, args) => {
      const plan = (await centre.request('GET', path`/numbering/numbers/${args.at('NUMBER').replace(/[\s()-]/g, '')}`)) as Plan
      return { json: plan, text: showPlan(plan) }
    },
  },
  {
    name: 'numbering import',
    summary: 'Put a newer register of Russian mobile numbers in force: the file DEF-9xx.csv as it is published.',
    details: 'Without --yes it says what would change, and changes nothing. A file with a wrong line is not taken at all.',
    positionals: [{ name: 'FILE', meaning: 'UTF-8 or windows-1251' }],
    options: { ...APPLY, date: { value: 'YYYY-MM-DD', meaning: 'when the register was published; without it today' } },
    examples: ['heliogram numbering import DEF-9xx.csv', 'heliogram numbering import DEF-9xx.csv --date 2026-04-20 --yes'],
    ask: async (centre, args) => {
      const file = await readFile(args.at('FILE')).catch((error: NodeJS.ErrnoException) => unreadable(args.at('FILE'), error))
      const date = args.text('date')
      const query = `?apply=${applies(args)}${date === undefined ? '' : `&date=${encodeURIComponent(date)}`}`
      const done = (await centre.request('POST', `/numbering/register${query}`, file)) as RegisterImport
      return { json: done, text: showRegister(done), exitCode: done.problemCount > 0 ? 1 : 0 }
    },
  },
  {
    name: 'numbering reset',
    summary: 'Put the register that came with the program in force again.',
    ask: async (centre) => {
      const done = (await centre.request('DELETE', '/numbering/register')) as { dated: string }
      return { json: done, text: `The shipped register of ${done.dated} is in force.` }
    },
  },
  {
    name: 'numbering override import',
    summary: 'Correct the plan by a CSV table: prefixes and ported numbers with their MCC and MNC, operator, region.',
    details:
      'Its first line names the columns: number, and mccmnc (or mcc and mnc), operator, region. A whole number is one ported number, ' +
      'anything shorter a prefix; a star behind the digits makes a prefix of them in any case. Files of millions of lines are taken.',
    positionals: [{ name: 'FILE', meaning: 'UTF-8 or windows-1251, with ; or , or tabs' }],
    options: { ...APPLY, replace: { meaning: 'remove all overrides that are not in the file' } },
    examples: [
      'heliogram numbering override import ported.csv',
      'heliogram numbering override import ported.csv --replace --yes',
    ],
    ask: async (centre, args) => {
      const name = args.at('FILE')
      await stat(name).catch((error: NodeJS.ErrnoException) => unreadable(name, error))
      const query = `?apply=${applies(args)}&replace=${args.flag('replace') ? 1 : 0}`
      const file = Readable.toWeb(createReadStream(name))
      const done = (await centre.request('POST', `/numbering/overrides${query}`, file)) as OverridesImported
      return { json: done, text: showOverrides(done), exitCode: done.problemCount > 0 ? 1 : 0 }
    },
  },
  {
    name: 'numbering override list',
    summary: 'List overrides, a thousand at most.',
    positionals: [{ name: 'DIGITS', meaning: 'only those that begin with these', optional: true }],
    ask: async (centre, args) => {
      const found = (await centre.request('GET', path`/numbering/overrides?beginning=${args.at('DIGITS')}`)) as Override[]
      const rows = found.map((each) => [
        each.kind === 'prefix' ? `${each.digits}*` : each.digits,
        each.mcc + each.mnc,
        each.operator,
        each.region,
      ])
      return {
        json: found,
        text: table(
          ['NUMBER', 'MCCMNC', 'OPERATOR', 'REGION'],
          rows,
          'There are no such overrides: heliogram numbering override import.',
        ),
      }
    },
  },
  {
    name: 'numbering override remove',
    summary: 'Remove overrides of prefixes or numbers.',
    positionals: [{ name: 'NUMBER', meaning: 'a prefix or a number, as numbering override list shows it', many: true }],
    ask: async (centre, args) => {
      const done = (await centre.request('DELETE', '/numbering/overrides', { numbers: args.rest() })) as { removed: string[] }
      return { json: done, text: `Removed ${done.removed.length}.` }
    },
  },
]

function applies(args: Args): 0 | 1 {
  if (args.flag('yes') && args.flag('preview'))
    throw new Complaint('--preview changes nothing and --yes applies it: give one of them.', 2)
  return args.flag('yes') ? 1 : 0
}

function unreadable(file: string, error: NodeJS.ErrnoException): never {
  throw new Complaint(error.code === 'ENOENT' ? `There is no file ${file}.` : `The file ${file} can't be read: ${error.message}.`)
}

function showStatus({ register, overrides, memory }: Status): string {
  const isOlder = register.imported_at !== null && register.dated < register.shipped
  return fields([
    ['register', `of ${register.dated}, ${register.imported_at === null ? 'as shipped' : `imported ${register.imported_at}`}`],
    [
      '',
      isOlder
        ? `older than the shipped one of ${register.shipped}: heliogram numbering reset`
        : `${sum(register.ranges)} ranges, ${sum(register.numbers)} numbers`,
    ],
    ['prefixes', sum(overrides.prefixes)],
    [
      'ported numbers',
      sum(overrides.numbers) + (memory.filter_octets > 0 ? `, told by ${sum(memory.filter_octets)} octets of memory` : ''),
    ],
  ])
}

function showPlan(plan: Plan): string {
  const minutes = plan.utcOffsetMinutes
  const both = (native: string, english: string): string => (native === english ? native : `${native} (${english})`)
  return fields([
    ['number', plan.number],
    ['country', both(plan.country, plan.countryEn)],
    ['operator', plan.operator + (plan.ported ? ', ported' : '')],
    ['region', both(plan.region, plan.regionEn)],
    ['network', plan.mnc === '' ? plan.mcc : `${plan.mcc} ${plan.mnc}`],
    [
      'hours',
      minutes === undefined
        ? ''
        : `UTC${minutes < 0 ? '-' : '+'}${Math.floor(Math.abs(minutes) / 60)}${minutes % 60 === 0 ? '' : `:${Math.abs(minutes % 60)}`}`,
    ],
  ])
}
