import type { Account } from '../domain/account.ts'
import { asRead } from '../domain/number/recipient.ts'
import { RECIPIENTS_MAX } from './accept.ts'
import { ADDRESSED_BY } from './compose.ts'
import type { Accept, EstimateRequest, Line, SendRequest } from './request.ts'

/** The members of groups by what stands behind `G`: numbers, or e-mail addresses. Unknown and empty groups are left out. */
export type ReadMembers = (
  account: Account,
  asked: { readonly groups: readonly number[]; readonly mail: boolean; readonly most: number },
) => Promise<ReadonlyMap<number, readonly string[]>>

const GROUP = /^G(\d{1,9})$/i

/** A line that names a group, as `G12`. Asked of every request: it looks at one character of each recipient. */
export const namesGroup = ({ phones }: Line): boolean =>
  phones.some((phone) => (phone.charCodeAt(0) | 0x20) === 0x67 && GROUP.test(phone))

/**
 * Puts the numbers of a group in the place of its name, before a request is taken or priced; a message to a group is one of a
 * mailing. An unknown or empty group stays what it is, a recipient that nothing can be sent to (status 22).
 */
export const withGroups = (
  path: { readonly accept: Accept; readonly estimate: EstimateRequest },
  readMembers: ReadMembers,
): { accept: Accept; estimate: EstimateRequest } => {
  async function expanded(request: SendRequest): Promise<SendRequest> {
    const groups = new Set<number>()
    let others = 0
    for (const { phones } of request.lines) {
      for (const phone of phones) {
        const group = groupOf(phone)
        if (group === undefined) others += 1
        else groups.add(group)
      }
    }
    const members = await readMembers(request.account, {
      groups: [...groups],
      mail: ADDRESSED_BY[request.channel] === 'mail',
      most: Math.max(0, RECIPIENTS_MAX - others),
    })
    const inPlace = (phone: string): readonly string[] => members.get(groupOf(phone) ?? 0)?.map(asRead) ?? [phone]
    const lines = request.lines.map((line) => ({ ...line, phones: line.phones.flatMap(inPlace) }))
    return { ...request, mailing: true, toGroups: true, lines }
  }

  const before =
    <T>(take: (request: SendRequest) => Promise<T>) =>
    (request: SendRequest): Promise<T> =>
      request.lines.some(namesGroup) ? expanded(request).then(take) : take(request)

  return { accept: before(path.accept), estimate: before(path.estimate) }
}

function groupOf(phone: string): number | undefined {
  const group = phone.length <= 10 ? GROUP.exec(phone) : null
  return group ? Number(group[1]) : undefined
}
