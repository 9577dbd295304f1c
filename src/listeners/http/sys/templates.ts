import type { Templates } from '../../../account/templates.ts'
import { DONE, print, printMany } from '../answer.ts'
import type { Handler } from '../call.ts'
import { TEMPLATES_ERRORS } from '../errors.ts'
import { malformed, readFlag, readId } from '../fields.ts'
import type { Params } from '../params.ts'
import { createScript, type ScriptServices } from '../script.ts'
import { COMMON_PARAMETERS, createLengthCheck, type Parameter } from './parameters.ts'
import { createRepeatCheck } from './repeats.ts'
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

const checkLengths = createLengthCheck(PARAMETERS)
const OPERATIONS = ['add', 'chg', 'del', 'get'] as const

/** templates.php: texts that a customer keeps. */
export function createTemplatesScript(services: TemplatesServices): Handler {
  const { templates, limits } = services
  const checkRepeats = createRepeatCheck('templates', PARAMETERS, limits)

  return createScript({
    ...services,
    name: 'templates',
    errors: TEMPLATES_ERRORS,
    run: async (call) => {
      const { params, account, fmt } = call
      checkLengths(params)
      const operation = chosenOf(params, OPERATIONS)
      checkRepeats(call)
      if (operation === 'get') return printMany(TEMPLATE, await templates.list(account), fmt)
      if (operation === 'add') return print(CREATED_TEMPLATE, await templates.add(account, readNew(params)), fmt)
      if (operation === 'chg') await templates.change(account, readTemplateId(params), readFields(params))
      else await templates.remove(account, readTemplateId(params))
      return print(DONE, undefined, fmt)
    },
  })
}

/** The first that is asked for; all are read, so that a malformed one is refused wherever it stands. */
export function chosenOf<Name extends string>(params: Params, names: readonly Name[]): Name {
  const [first] = names.filter((name) => readFlag(params, name))
  if (first === undefined) throw malformed('get')
  return first
}

export function readTemplateId(params: Params): number {
  const id = readId(params, 'id')
  if (id === undefined) throw malformed('id')
  return id
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
