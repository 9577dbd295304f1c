import { EXPORTS_PAGE_MAX, type ExportDesk, type ExportTask, idOfExport } from '../../../account/exports.ts'
import { formatDate } from '../../../domain/calendar.ts'
import type { NumberProfile } from '../../../domain/number/parse.ts'
import { Refusal } from '../../../domain/refusal.ts'
import { created, type Members, print, printMany, type Shape } from '../answer.ts'
import type { Handler } from '../call.ts'
import { DOWNLOADS_ERRORS } from '../errors.ts'
import { malformed, readCount, readDay, readId, readNeededId } from '../fields.ts'
import type { Params } from '../params.ts'
import type { ScriptServices } from '../script.ts'
import { readRecipients } from './get-messages.ts'
import { createOperations, type Operation } from './operations.ts'
import { COMMON_PARAMETERS, type Parameter } from './parameters.ts'

/** Every parameter of downloads.php, as docs/api/downloads.md lists them. */
export const PARAMETERS = [
  ...COMMON_PARAMETERS,
  { name: 'get_list', meaning: '1: the files that were asked for', ru: '1 – список заказанных файлов', octetsMax: 10 },
  { name: 'get_file', meaning: '1: a file that is ready', ru: '1 – скачать готовый файл', octetsMax: 10 },
  { name: 'add', meaning: '1: make a file of messages', ru: '1 – заказать файл с сообщениями', octetsMax: 10 },
  { name: 'del', meaning: '1: forget a file', ru: '1 – удалить файл', octetsMax: 10 },
  { name: 'id', meaning: '`get_file`, `del`: the id of the file', ru: '`get_file`, `del`: id файла', octetsMax: 30 },
  { name: 'name', meaning: '`get_file`: its name, instead of `id`', ru: '`get_file`: имя файла вместо `id`', octetsMax: 100 },
  {
    name: 'after_id',
    meaning: '`get_list`: only files with a higher id',
    ru: '`get_list`: только файлы с большим id',
    octetsMax: 30,
  },
  {
    name: 'cnt',
    meaning: '`get_list`: at most so many, 1 to 1000 (100)',
    ru: '`get_list`: не больше стольких, от 1 до 1000 (100)',
    octetsMax: 30,
  },
  {
    name: 'type',
    meaning: '`add`: `csv` (default), of any length, or `xlsx`, of at most 100,000 messages',
    ru: '`add`: `csv` (по умолчанию), любой длины, или `xlsx`, не больше 100 000 сообщений',
    octetsMax: 10,
  },
  {
    name: 'start',
    meaning: '`add`: the first day, `dd.mm.yyyy`; without it six months back',
    ru: '`add`: первый день, `дд.мм.гггг`; без него – полгода назад',
    octetsMax: 30,
  },
  {
    name: 'end',
    meaning: '`add`: the last day; without it `start` alone',
    ru: '`add`: последний день; без него – только день `start`',
    octetsMax: 30,
  },
  {
    name: 'phone',
    meaning: '`add`: only messages to this number, or to these, with commas between',
    ru: '`add`: только сообщения на этот номер или на эти номера, через запятую',
    octetsMax: 40_000,
  },
  {
    name: 'email',
    meaning: '`add`: only e-mails to this address, or to these, with commas between',
    ru: '`add`: только письма на этот адрес или на эти адреса, через запятую',
    octetsMax: 300_000,
  },
  {
    name: 'format',
    meaning: '`add`: 0 everything but e-mails (default), 8 e-mails (default where only `email` is given)',
    ru: '`add`: 0 – всё, кроме писем (по умолчанию), 8 – письма (по умолчанию, если задан только `email`)',
    octetsMax: 10,
  },
] as const satisfies readonly Parameter[]

export interface DownloadsServices extends ScriptServices {
  readonly exportDesk: ExportDesk
  readonly numberProfile: NumberProfile
}

const PAGE = 100

/** downloads.php: messages as files, which are made in the background. To ask for one is an extension of ours. */
export function createDownloads(services: DownloadsServices): Handler {
  const { exportDesk, numberProfile } = services

  const operations: Readonly<Record<string, Operation>> = {
    async get_list(params, account, fmt) {
      const tasks = await exportDesk.list(
        account,
        readId(params, 'after_id') ?? 0,
        readCount(params, 'cnt', EXPORTS_PAGE_MAX, PAGE),
      )
      const { utcOffsetMinutes } = account
      return printMany(
        TASK,
        tasks.map((task) => ({ ...task, date: formatDate(task.createdAtMs, utcOffsetMinutes) })),
        fmt,
      )
    },

    get_file: async (params, account) => exportDesk.open(account, readId(params, 'id') ?? readName(params)),

    async add(params, account, fmt) {
      const id = await exportDesk.add(account, {
        ...readRecipients(params, numberProfile),
        start: readDay(params, 'start'),
        end: readDay(params, 'end'),
        format: readType(params),
        charset: params.charset,
      })
      return print(CREATED, id, fmt)
    },

    async del(params, account) {
      await exportDesk.remove(account, readNeededId(params, 'id'))
      return undefined
    },
  }

  return createOperations({ ...services, name: 'downloads', errors: DOWNLOADS_ERRORS, parameters: PARAMETERS, operations })
}

function readType(params: Params): 'csv' | 'xlsx' {
  const type = params.text('type')?.trim().toLowerCase() ?? ''
  if (type === '' || type === 'csv') return 'csv'
  if (type === 'xlsx') return 'xlsx'
  throw malformed('type')
}

/** A name that no file has is no other mistake than an id that none has. */
function readName(params: Params): number {
  const name = params.text('name')?.trim() ?? ''
  if (name === '') throw malformed('id')
  const id = idOfExport(name)
  if (id === undefined) throw new Refusal('not_found')
  return id
}

interface DatedTask extends ExportTask {
  readonly date: string
}

/** `error` only where there is one. */
const taskMembers = ({ id, name, status, date, size, reason }: DatedTask): Members => [
  ['id', id],
  ['name', name],
  ['status', status],
  ['date', date],
  ['size', size],
  ...(reason === '' ? [] : [['error', reason] as const]),
]

const CREATED = created('result')

const TASK: Shape<DatedTask> = {
  element: 'file',
  list: 'list',
  members: taskMembers,
  text: (task) =>
    taskMembers(task)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', '),
  commas: ({ id, name, status, date, size }) => [id, name, status, date, size].join(','),
}
