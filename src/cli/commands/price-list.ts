import { readFile, stat, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { type AdminClient, path } from '../admin-client.ts'
import { type Args, type Command, Complaint, type Option } from '../command.ts'
import { type Plan, previewText, problemsText } from '../preview-text.ts'
import { table } from '../print.ts'

/** A place that a price or a cost holds for: options of `set` and `remove`. */
export const PLACE: Readonly<Record<string, Option>> = {
  channel: { value: 'NAME', meaning: 'sms (the default), hlr, ping, call (of an interval), mms, mail, viber, tg …' },
  prefix: { value: 'LIST', meaning: 'beginnings of numbers, with commas between' },
  mccmnc: { value: 'LIST', meaning: 'networks (25001) or countries (250), with commas between' },
  country: { value: 'LIST', meaning: 'countries by name, in English or Russian, with commas between' },
  default: { meaning: 'everywhere else' },
}

export function placeOf(args: Args, owner: string): Readonly<Record<string, string | boolean>> {
  const named = [owner, 'channel', 'prefix', 'mccmnc', 'country', 'from'].flatMap((name) => {
    const value = args.text(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(named), ...(args.flag('default') && { default: true }) }
}

/** Where a row holds, in a table. */
export const shownPlace = (row: { prefix: string; mccmnc: string; country: string }): string =>
  row.prefix || row.mccmnc || row.country || 'everywhere'

/** A group of commands about a list: a tariff's, or a carrier's costs. */
interface Group {
  readonly name: 'tariff' | 'cost'
  readonly owner: 'tariff' | 'carrier' // the option that names it
  readonly standard: string | undefined // without that option
  readonly at: string // of the admin API
  readonly what: string // in a sentence
}

const FILE_MAX = 16 * 1_048_576

/** Import with preview, export, versions and undo. */
export function listCommands(group: Group): Command[] {
  const { name, owner, standard, at, what } = group
  const own: Readonly<Record<string, Option>> = {
    [owner]: {
      value: 'NAME',
      ...(standard === undefined
        ? { meaning: 'whose costs', required: true }
        : { meaning: `without it the tariff named ${standard}` }),
    },
  }
  const ownerOf = (args: Args): string => args.text(owner) ?? standard ?? ''
  const undoLine = (args: Args) =>
    `heliogram ${name} undo --${owner} ${/^[\w.-]+$/.test(ownerOf(args)) ? ownerOf(args) : `'${ownerOf(args)}'`}`

  return [
    {
      name: `${name} import`,
      summary: `Import ${what} from a CSV file; without --yes it only says what would change.`,
      details:
        'The first line names the columns: channel, prefix, mccmnc, country, from, zone, zone_name, zone_name_en, price' +
        `${name === 'tariff' ? ', mass' : ''}. The file replaces the whole list, unless --merge is given. One wrong line, and nothing is imported.`,
      positionals: [{ name: 'FILE', meaning: 'UTF-8 or windows-1251, with ; or , between the cells' }],
      options: {
        ...own,
        preview: { meaning: 'say what would change, and change nothing (also without it, unless --yes is given)' },
        yes: { meaning: 'import it' },
        merge: { meaning: 'keep the rows that the file does not mention' },
        currency: {
          value: 'CODE',
          meaning: `of ${name === 'tariff' ? 'a new tariff' : 'a carrier without costs'}; without it RUR`,
        },
      },
      examples: [
        `heliogram ${name} import prices.csv --${owner} ${name === 'tariff' ? 'retail' : 'beta'} --preview`,
        `heliogram ${name} import prices.csv --${owner} ${name === 'tariff' ? 'retail' : 'beta'} --yes`,
      ],
      ask: async (centre, args) => {
        if (args.flag('yes') && args.flag('preview'))
          throw new Complaint('--preview changes nothing, --yes imports: give one of them.', 2)
        const file = args.at('FILE')
        const body = await readWhole(file)
        const query = new URLSearchParams({ file: basename(file) })
        const currency = args.text('currency')
        if (args.flag('merge')) query.set('merge', '1')
        if (currency !== undefined) query.set('currency', currency)
        const list = `${at}${path`/${ownerOf(args)}`}`
        if (args.flag('yes')) {
          const done = (await centre.request('POST', `${list}/import?${query}`, body)) as {
            version: number | null
            added: number
            removed: number
          }
          if (done.version === null) return { json: done, text: `Nothing changes: ${ownerOf(args)} has these rows already.` }
          const text = `Imported as version ${done.version} of ${ownerOf(args)}: ${done.added} rows written, ${done.removed} taken out. To take it back: ${undoLine(args)}`
          return { json: done, text }
        }
        const plan = (await centre.request('POST', `${list}/preview?${query}`, body)) as Plan
        if (plan.problems.length > 0) return { json: plan, text: problemsText(basename(file), plan), exitCode: 1 }
        const next = 'Nothing is changed yet. To import it, add --yes; to take it back afterwards:'
        return {
          json: plan,
          text: `${previewText(basename(file), ownerOf(args), plan, name === 'cost')}\n\n${next}\n  ${undoLine(args)}`,
        }
      },
    },
    {
      name: `${name} export`,
      summary: `Write ${what} as a CSV file that can be edited and imported again.`,
      positionals: [
        { name: owner === 'tariff' ? 'NAME' : 'CARRIER', meaning: 'of which list' },
        { name: 'FILE', meaning: 'where to; without it to the screen', optional: true },
      ],
      options: { spreadsheet: { meaning: 'with ; and decimal commas, as spreadsheets of Russian systems want it' } },
      ask: async (centre, args) => {
        const list = args.at(owner === 'tariff' ? 'NAME' : 'CARRIER')
        const query = args.flag('spreadsheet') ? '?spreadsheet=1' : ''
        const answer = (await centre.request('GET', `${at}${path`/${list}`}/file${query}`)) as { csv: string }
        const file = args.at('FILE')
        if (file === '') return { json: answer, text: answer.csv.trimEnd() }
        await writeFile(file, answer.csv).catch((error: Error) => {
          throw new Complaint(`${file} cannot be written: ${error.message}`)
        })
        const rows = answer.csv.trimEnd().split('\n').length - 1
        return { json: { file, rows }, text: `${rows} rows are in ${file}.` }
      },
    },
    {
      name: `${name} versions`,
      summary: `List the changes of ${what}, the newest first.`,
      options: { ...own, count: { value: 'N', meaning: 'so many; without it 20, and at most 1000' } },
      ask: async (centre, args) => {
        const versions = (await centre.request('GET', `${at}${path`/${ownerOf(args)}`}/versions`)) as Version[]
        const rows = versions
          .slice(0, args.whole('count') ?? 20)
          .map((each) => [each.version, each.at, each.what, each.added, each.removed])
        return {
          json: versions,
          text: table(['VERSION', 'AT (MOSCOW)', 'WHAT', 'ROWS WRITTEN', 'TAKEN OUT'], rows, 'Nothing was ever changed.'),
        }
      },
    },
    {
      name: `${name} undo`,
      summary: `Bring back the version of ${what} before the last change, or an older one.`,
      details: 'An undo is a version too: what was taken back is brought back with --to.',
      options: { ...own, to: { value: 'VERSION', meaning: 'a version that the list was in' } },
      ask: async (centre, args) => undo(centre, `${at}${path`/${ownerOf(args)}`}/undo`, ownerOf(args), args.whole('to')),
    },
  ]
}

interface Version {
  readonly version: number
  readonly at: string
  readonly what: string
  readonly added: number
  readonly removed: number
}

async function undo(centre: AdminClient, at: string, name: string, to: number | undefined) {
  const done = (await centre.request('POST', at, to === undefined ? {} : { to })) as Version & { back: Version }
  const { back, version, added, removed } = done
  const text = `${name} is as it was in version ${back.version} (${back.at}: ${back.what}). That is version ${version} now: ${added} rows written, ${removed} taken out.`
  return { json: done, text }
}

/** A file as it is; refused before it is read when it is too large for a centre. */
async function readWhole(file: string): Promise<Uint8Array> {
  const size = await stat(file).then(
    (found) => found.size,
    (error: Error) => {
      throw new Complaint(`${file} cannot be read: ${error.message}`)
    },
  )
  if (size > FILE_MAX) {
    throw new Complaint(
      `${file} has ${Math.round(size / 1_048_576)} MB. At most 16 MB and 100,000 rows are taken at once: split it, or leave out what is not sold.`,
    )
  }
  if (size === 0) throw new Complaint(`${file} is empty.`)
  return readFile(file)
}
