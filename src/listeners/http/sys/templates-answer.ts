import { OPERATOR_FLAGS } from '../../../domain/operator-template.ts'
import { inLine, type Members, type Shape } from '../answer.ts'

export const CREATED_TEMPLATE: Shape<number> = {
  element: 'result',
  list: 'list',
  members: (id) => [['id', id]],
  text: (id) => `OK, ID - ${id}`,
  commas: (id) => String(id),
}

const pairs = (members: Members): string => inLine(members.map(([name, value]) => `${name} = ${value}`).join(', '))

interface Template {
  readonly id: number
  readonly name: string
  readonly body: string
  readonly format: string
  readonly sender: string
  readonly flag: number
}

const templateMembers = ({ id, name, body, format, sender, flag }: Template): Members => [
  ['id', id],
  ['name', name],
  ['message', body],
  ['format', format],
  ['sender', sender],
  ['flag', flag],
]

/** The text stands last in fmt 1: whatever is in it, it is what is left of the line. */
export const TEMPLATE: Shape<Template> = {
  element: 'template',
  list: 'list',
  members: templateMembers,
  text: (template) => pairs(templateMembers(template)),
  commas: ({ id, name, body, format, sender, flag }) =>
    inLine([id, name.replaceAll(',', ';'), format, sender.replaceAll(',', ';'), flag, body].join(',')),
}

interface OperatorTemplate {
  readonly id: number
  readonly body: string
  readonly sender: string
  readonly operators: number
  readonly status: number
  readonly reason: string
}

const setOf = (operators: number): number[] => OPERATOR_FLAGS.map((_, at) => (operators >> at) & 1)

/** Why a template was rejected stands there only when it was. */
const operatorMembers = ({ id, body, sender, operators, status, reason }: OperatorTemplate): Members => [
  ['id', id],
  ['sender', sender],
  ['message', body],
  ...setOf(operators).map((value, at) => [OPERATOR_FLAGS[at] ?? '', value] as const),
  ['status', status],
  ...(reason === '' ? [] : [['reason', reason] as const]),
]

export const OPERATOR_TEMPLATE: Shape<OperatorTemplate> = {
  element: 'template',
  list: 'list',
  members: operatorMembers,
  text: (template) => pairs(operatorMembers(template)),
  commas: ({ id, body, sender, operators, status }) =>
    inLine([id, sender.replaceAll(',', ';'), ...setOf(operators), status, body].join(',')),
}
