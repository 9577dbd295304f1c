import { z } from 'zod'
import type { NotifyGroups } from '../../../account/notify-groups.ts'
import { formatMoney } from '../../../domain/money.ts'
import type { createSendNotice } from '../../../lifecycle/notice.ts'
import { type AdminRequest, type Endpoint, given, param, readBody } from './endpoint.ts'

const text = z.string().max(5_000)
const New = z.strictObject({
  ...{ name: text, failure: text, recovery: text, contacts: z.array(text).max(100) },
  ...{ sender: text.optional(), mailSender: text.optional(), quietMinutes: z.number().optional() },
})
const Test = z.strictObject({ ok: z.boolean().default(false) })

const idOf = (request: AdminRequest): number => Number(/^\d{1,10}$/.exec(param(request, 'id'))?.[0] ?? Number.MAX_SAFE_INTEGER)

/** Who is told by ping.php. */
export function notifyGroupEndpoints(groups: NotifyGroups, sendNotice: ReturnType<typeof createSendNotice>): Endpoint[] {
  const path = '/accounts/:login/notify-groups'
  return [
    { method: 'GET', path, run: (request) => groups.list(param(request, 'login')) },
    { method: 'POST', path, run: (request) => groups.add(param(request, 'login'), given(readBody(request, New))) },
    {
      method: 'DELETE',
      path: `${path}/:id`,
      run: async (request) => {
        await groups.remove(param(request, 'login'), idOf(request))
        return { removed: param(request, 'id') }
      },
    },
    {
      method: 'POST',
      path: `${path}/:id/test`,
      run: async (request) => {
        const { ok } = readBody(request, Test)
        const { notice, sent } = await groups.test(param(request, 'login'), idOf(request), ok, sendNotice)
        return {
          text: notice.text,
          contacts: notice.contacts,
          recipients: sent.recipients,
          price: formatMoney(sent.price, 'trim'),
        }
      },
    },
  ]
}
