import type { OperatorTemplates } from '../../../account/templates.ts'
import { OPERATOR_FLAGS, operatorBits } from '../../../domain/operator-template.ts'
import { print, printMany } from '../answer.ts'
import type { Handler } from '../call.ts'
import { TEMPLATES_ERRORS } from '../errors.ts'
import { readFlag, readNeededId } from '../fields.ts'
import type { ScriptServices } from '../script.ts'
import { createOperations, type Operation } from './operations.ts'
import { COMMON_PARAMETERS, type Parameter } from './parameters.ts'
import { CREATED_TEMPLATE, OPERATOR_TEMPLATE } from './templates-answer.ts'

const NAMES = { mts: 'MTS', mega: 'MegaFon', bee: 'Beeline', tele2: 'Tele2' } as const
const NAMES_RU = { mts: 'МТС', mega: 'МегаФон', bee: 'Билайн', tele2: 'Tele2' } as const

const operatorParameter = (name: (typeof OPERATOR_FLAGS)[number]): Parameter => {
  const [operator, kind] = name.split('_') as [keyof typeof NAMES, 'srv' | 'trn']
  return {
    name,
    meaning: `1: a ${kind === 'srv' ? 'service' : 'transactional'} template for ${NAMES[operator]}`,
    ru: `1 – ${kind === 'srv' ? 'сервисный' : 'транзакционный'} шаблон для ${NAMES_RU[operator]}`,
    octetsMax: 10,
  }
}

/** Every parameter of op_templates.php, as docs/api/op-templates.md lists them. */
export const PARAMETERS: readonly Parameter[] = [
  ...COMMON_PARAMETERS,
  { name: 'add', meaning: '1: add a template', ru: '1 – добавить шаблон', octetsMax: 10 },
  {
    name: 'del',
    meaning: '1: delete a template (our extension)',
    ru: '1 – удалить шаблон (наше дополнение)',
    octetsMax: 10,
  },
  { name: 'get', meaning: '1: list the templates', ru: '1 – список шаблонов', octetsMax: 10 },
  { name: 'id', meaning: 'which template', ru: 'номер шаблона', octetsMax: 100 },
  {
    name: 'sender',
    meaning: 'the sender that it is for, at most 40 characters; empty: any',
    ru: 'отправитель, для которого он согласован, до 40 знаков; пусто – любой',
    octetsMax: 300,
  },
  {
    name: 'msg',
    meaning: 'its text with placeholders `%d{1,n}` and `%w{1,n}`, at most 1000 characters',
    ru: 'текст с подстановками `%d{1,n}` и `%w{1,n}`, до 1000 знаков',
    octetsMax: 10_000,
  },
  ...OPERATOR_FLAGS.map(operatorParameter),
]

export interface OpTemplatesServices extends ScriptServices {
  readonly operatorTemplates: OperatorTemplates
}

/** op_templates.php: texts that the operators have approved. */
export function createOpTemplates(services: OpTemplatesServices): Handler {
  const { operatorTemplates: templates } = services

  const operations: Readonly<Record<string, Operation>> = {
    async add(params, account, fmt) {
      const template = {
        body: params.text('msg') ?? '',
        sender: params.text('sender')?.trim() ?? '',
        operators: operatorBits((name) => readFlag(params, name)),
      }
      return print(CREATED_TEMPLATE, await templates.add(account, template), fmt)
    },

    async del(params, account) {
      await templates.remove(account, readNeededId(params, 'id'))
      return undefined
    },

    get: async (_params, account, fmt) => printMany(OPERATOR_TEMPLATE, await templates.list(account), fmt),
  }

  return createOperations({ ...services, name: 'op_templates', errors: TEMPLATES_ERRORS, parameters: PARAMETERS, operations })
}
