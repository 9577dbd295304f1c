import type { ListSenderNames, SenderName } from '../../../account/sender-names.ts'
import { Refusal } from '../../../domain/refusal.ts'
import { inLine, type Members, printAll, type Shape } from '../answer.ts'
import type { ScriptCall } from '../script.ts'

export interface SendersServices {
  readonly listSenderNames: ListSenderNames
}

/** get_senders, as programs older than senders.php ask. Without names JSON is an empty list, the other formats are error 3. */
export const sendersOf =
  ({ listSenderNames }: SendersServices) =>
  async ({ account, fmt }: ScriptCall): Promise<string> => {
    const names = await listSenderNames(account)
    if (names.length === 0 && fmt !== 3) throw new Refusal('not_found')
    return printAll(fmt === 2 ? IN_XML : SENDERS, names, fmt)
  }

/** SMSC API, senders: the name stands at the seventh character of a line, where clients cut. */
export const SENDERS: Shape<SenderName> = {
  element: 'sender',
  list: 'list',
  members: ({ id, sender }): Members =>
    id === undefined
      ? [['sender', sender]]
      : [
          ['id', id],
          ['sender', sender],
        ],
  text: ({ sender }) => inLine(`name = ${sender}`),
  commas: ({ sender }) => inLine(sender),
}

const IN_XML: Shape<SenderName> = {
  ...SENDERS,
  members: (name) => SENDERS.members(name).map(([key, value]) => [key === 'sender' ? 'name' : key, value]),
}
