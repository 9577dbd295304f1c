import type { Templates } from '../../../account/templates.ts'
import { print, printMany } from '../answer.ts'
import type { Handler } from '../call.ts'
import { TEMPLATES_ERRORS } from '../errors.ts'
import { readFlag, readNeededId } from '../fields.ts'
import type { Params } from '../params.ts'
import type { ScriptServices } from '../script.ts'
import { createOperations, type Operation } from './operations.ts'
import { COMMON_PARAMETERS, type Parameter } from './parameters.ts'
import { CREATED_TEMPLATE, TEMPLATE } from './templates-answer.ts'

/** Every parameter of templates.php, as docs/api/templates.md lists them. */
export const PARAMETERS = [
  ...COMMON_PARAMETERS,
  { name: 'add', meaning: '1: add a template', ru: '1 – добавить шаблон', octetsMax: 10 },
  { name: 'chg', meaning: '1: change a template', ru: '1 – изменить шаблон', octetsMax: 10 },
  { name: 'del', meaning: '1: delete a template', ru: '1 – удалить шаблон', octetsMax: 10 },
  { name: 'get', meaning: '1: list the templates', ru: '1 – список шаблонов', octetsMax: 10 },
  { name: 'id', meaning: 'which template', ru: 'номер шаблона', octetsMax: 100 },
  { name: 'name', meaning: 'its name, at most 200 characters', ru: 'название, до 200 знаков', octetsMax: 2_000 },
  { name: 'msg', meaning: 'its text, at most 5000 characters', ru: 'текст, до 5000 знаков', octetsMax: 50_000 },
  {
    name: 'format',
    meaning: 'what it is for: `sms`, `flash`, `bin`, `push`, `mms`, `call`, `mail`, `viber`; empty: anything',
    ru: 'для каких сообщений: `sms`, `flash`, `bin`, `push`, `mms`, `call`, `mail`, `viber`; пусто – для любых',
    octetsMax: 100,
  },
  {
    name: 'sender',
    meaning: 'the sender that it is for, at most 40 characters; empty: any',
    ru: 'отправитель, для которого он нужен, до 40 знаков; пусто – любой',
    octetsMax: 300,
  },
  {
    name: 'fl[1]',
    meaning: '1: auto-signature, which is put under every message',
    ru: '1 – автоподпись, добавляется к каждому сообщению',
    octetsMax: 10,
  },
] as const satisfies readonly Parameter[]

export interface TemplatesServices extends ScriptServices {
  readonly templates: Templates
}

/** templates.php: texts that a customer keeps. */
export function createTemplatesScript(services: TemplatesServices): Handler {
  const { templates } = services

  const operations: Readonly<Record<string, Operation>> = {
    add: async (params, account, fmt) => print(CREATED_TEMPLATE, await templates.add(account, readNew(params)), fmt),

    async chg(params, account) {
      await templates.change(account, readNeededId(params, 'id'), readFields(params))
      return undefined
    },

    async del(params, account) {
      await templates.remove(account, readNeededId(params, 'id'))
      return undefined
    },

    get: async (_params, account, fmt) => printMany(TEMPLATE, await templates.list(account), fmt),
  }

  return createOperations({ ...services, name: 'templates', errors: TEMPLATES_ERRORS, parameters: PARAMETERS, operations })
}

/** What is given, and empty where it is given empty. */
const readFields = (params: Params) => ({
  name: params.text('name')?.trim(),
  body: params.text('msg'),
  format: params.text('format')?.trim().toLowerCase(),
  sender: params.text('sender')?.trim(),
  flag: params.has('fl[1]') ? Number(readFlag(params, 'fl[1]')) : undefined,
})

function readNew(params: Params) {
  const { name = '', body = '', format = '', sender = '', flag = 0 } = readFields(params)
  return { name, body, format, sender, flag }
}
