import { type CountedLink, LINKS_PAGE_MAX, type ShortLinkDesk } from '../../../account/short-links.ts'
import { type Members, print, printMany, type Shape } from '../answer.ts'
import type { Handler } from '../call.ts'
import { TINYURLS_ERRORS } from '../errors.ts'
import { malformed, readCount, readDay, readId, readInteger, readNeededId } from '../fields.ts'
import type { Params } from '../params.ts'
import type { ScriptServices } from '../script.ts'
import { createOperations, type Operation } from './operations.ts'
import { COMMON_PARAMETERS, type Parameter } from './parameters.ts'

/** Every parameter of tinyurls.php, as docs/api/tinyurls.md lists them. */
export const PARAMETERS = [
  ...COMMON_PARAMETERS,
  { name: 'get', meaning: '1: the clicks on a short link', ru: '1 – число переходов по короткой ссылке', octetsMax: 10 },
  { name: 'get_list', meaning: '1: the clicks on all short links', ru: '1 – переходы по всем коротким ссылкам', octetsMax: 10 },
  { name: 'add', meaning: '1: make a short link', ru: '1 – создать короткую ссылку', octetsMax: 10 },
  { name: 'del', meaning: '1: remove a short link', ru: '1 – удалить короткую ссылку', octetsMax: 10 },
  {
    name: 'link',
    meaning: '`get`, `add`: the full link',
    ru: '`get`, `add`: исходная полная ссылка',
    octetsMax: 20_000,
  },
  { name: 'id', meaning: '`get`, `del`: the id of the short link', ru: '`get`, `del`: id короткой ссылки', octetsMax: 30 },
  {
    name: 'after_id',
    meaning: '`get_list`: only links with a higher id',
    ru: '`get_list`: только ссылки с большим id',
    octetsMax: 30,
  },
  {
    name: 'cnt',
    meaning: '`get_list`: at most so many, 1 to 1000 (100)',
    ru: '`get_list`: не больше стольких, от 1 до 1000 (100)',
    octetsMax: 30,
  },
  {
    name: 'end',
    meaning: '`add`: the last day on which the link leads somewhere, `dd.mm.yyyy`; without it there is none',
    ru: '`add`: последний день действия ссылки, `дд.мм.гггг`; без него – бессрочно',
    octetsMax: 30,
  },
  {
    name: 'max',
    meaning: '`add`: it ends after so many clicks of people; without it, or with 0, never',
    ru: '`add`: после стольких переходов людей ссылка перестаёт действовать; без него или 0 – без ограничения',
    octetsMax: 30,
  },
] as const satisfies readonly Parameter[]

export interface TinyurlsServices extends ScriptServices {
  readonly shortLinks: ShortLinkDesk
}

const PAGE = 100
const CLICKS_MAX = 999_999_999

/** tinyurls.php: the clicks on short links; as an extension it makes, lists and removes them. */
export function createTinyurls(services: TinyurlsServices): Handler {
  const { shortLinks } = services

  const operations: Readonly<Record<string, Operation>> = {
    async get(params, account, fmt) {
      const id = readId(params, 'id')
      return print(LINK, await shortLinks.find(account, id === undefined ? { url: readWrittenLink(params) } : { id }), fmt)
    },

    async get_list(params, account, fmt) {
      const limit = readCount(params, 'cnt', LINKS_PAGE_MAX, PAGE)
      return printMany(LINK, await shortLinks.list(account, readId(params, 'after_id') ?? 0, limit), fmt)
    },

    async add(params, account, fmt) {
      const clicksMax = readInteger(params, 'max', 0, CLICKS_MAX) ?? 0
      const wanted = { url: readWrittenLink(params), lastDay: readDay(params, 'end'), clicksMax }
      return print(MADE, await shortLinks.add(account, wanted), fmt)
    },

    async del(params, account) {
      await shortLinks.remove(account, readNeededId(params, 'id'))
      return undefined
    },
  }

  return createOperations({ ...services, name: 'tinyurls', errors: TINYURLS_ERRORS, parameters: PARAMETERS, operations })
}

function readWrittenLink(params: Params): string {
  const link = params.text('link')?.trim() ?? ''
  if (link === '') throw malformed('link')
  return link
}

const linkMembers = (link: CountedLink): Members => [
  ['id', String(link.id)],
  ['cnt', String(link.clicks)],
  ['cnt_mon', String(link.thisMonth)],
  ['cnt_day', String(link.today)],
  ['cnt_yes', String(link.yesterday)],
  ['cnt_pmon', String(link.previousMonth)],
  ['link', link.link],
]

/** SMSC API, answers of tinyurls.php: all of them strings. */
const LINK: Shape<CountedLink> = {
  element: 'result',
  list: 'list',
  members: linkMembers,
  text: (link) =>
    linkMembers(link)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', '),
  commas: (link) =>
    linkMembers(link)
      .map(([, value]) => value)
      .join(','),
}

const MADE: Shape<{ readonly id: number; readonly link: string }> = {
  element: 'result',
  list: 'list',
  members: ({ id, link }) => [
    ['id', String(id)],
    ['link', link],
  ],
  text: ({ id, link }) => `ID = ${id}, LINK = ${link}`,
  commas: ({ id, link }) => `${id},${link}`,
}
