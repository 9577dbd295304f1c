import { SENDER_KIND } from '../../../domain/sender-name.ts'
import { inLine, type Member, type Members, type Shape } from '../answer.ts'

/** As `get=1` lists a name. */
export interface ListedName {
  readonly id: number
  readonly name: string
}

/** With `all=1` or `operators=1`. */
export interface WholeName extends ListedName {
  readonly kind: number
  readonly comment: string
  readonly owner: string
  readonly status: number
  readonly waits: string
  readonly reason: string
  readonly isDefault: boolean
  readonly date: string // DD.MM.YYYY hh:mm:ss
  /** Status by operator; undefined: not asked for. */
  readonly operators: Readonly<Record<string, number>> | undefined
}

export interface ListedDocument {
  readonly id: number
  readonly name: string
  readonly type: string
  readonly size: number // octets
  readonly info: string
  readonly date: string
}

/** JSON has the number under `sender`, as programs read it (SMSC API, answers of senders.php). */
export const CREATED_SENDER: Shape<number> = {
  element: 'sender',
  list: 'list',
  members: (id) => [['sender', id]],
  text: (id) => `ID = ${id}`,
  commas: (id) => String(id),
}
export const CREATED_IN_XML: Shape<number> = { ...CREATED_SENDER, members: (id) => [['id', id]] }

/** The name stands at the seventh character of a line, where clients cut. */
export const SENDER: Shape<ListedName> = {
  element: 'sender',
  list: 'list',
  members: ({ id, name }) => [
    ['id', id],
    ['sender', name],
  ],
  text: ({ name }) => inLine(`name = ${name}`),
  commas: ({ name }) => inLine(name),
}

/** XML calls the name `name`. */
const asInXml = <T extends ListedName>(shape: Shape<T>): Shape<T> => ({
  ...shape,
  members: (sender) =>
    shape.members(sender).map(([key, value]) => [key === 'sender' ? 'name' : key === 'name' ? 'owner' : key, value]),
})
export const SENDER_IN_XML = asInXml(SENDER)

/** What a name waits for, and why it was rejected, stand there only when it is so. */
function wholeMembers(sender: WholeName): Members {
  const { id, name, comment, status, isDefault, date, kind, owner, waits, reason, operators } = sender
  const members: Member[] = [
    ['id', id],
    ['sender', name],
    ['cmt', comment],
    ['status', status],
    ['default', isDefault ? 1 : 0],
    ['date', date],
  ]
  if (kind === SENDER_KIND.mail) members.push(['mail', 1], ['name', owner])
  if (waits !== '') members.push(['waits', waits])
  if (reason !== '') members.push(['reason', reason])
  if (operators) members.push(['operators', { object: Object.entries(operators) }])
  return members
}

const operatorsInLine = (operators: Readonly<Record<string, number>> = {}): string =>
  Object.entries(operators)
    .map(([name, status]) => `${name}:${status}`)
    .join(';')

/** The comment stands last: whatever is in it, it is what is left of the line. */
export const WHOLE_SENDER: Shape<WholeName> = {
  element: 'sender',
  list: 'list',
  members: wholeMembers,
  text: ({ id, name, status, isDefault, date, operators, comment }) => {
    const told = operators === undefined ? '' : `, operators = ${operatorsInLine(operators)}`
    return inLine(
      `name = ${name}, id = ${id}, status = ${status}, default = ${isDefault ? 1 : 0}, date = ${date}${told}, cmt = ${comment}`,
    )
  },
  commas: ({ id, name, status, isDefault, date, operators, comment }) =>
    inLine([name.replaceAll(',', ';'), id, status, isDefault ? 1 : 0, date, operatorsInLine(operators), comment].join(',')),
}
export const WHOLE_IN_XML = asInXml(WHOLE_SENDER)

const documentMembers = ({ id, name, type, size, date, info }: ListedDocument): Members => [
  ['id', id],
  ['name', name],
  ['type', type],
  ['size', size],
  ['date', date],
  ['doc_info', info],
]

/** An extension: the original shows documents on the web only. */
export const DOCUMENT: Shape<ListedDocument> = {
  element: 'doc',
  list: 'list',
  members: documentMembers,
  text: (document) =>
    inLine(
      documentMembers(document)
        .map(([name, value]) => `${name} = ${value}`)
        .join(', '),
    ),
  commas: ({ id, name, type, size, date, info }) => inLine([id, name.replaceAll(',', ';'), type, size, date, info].join(',')),
}
