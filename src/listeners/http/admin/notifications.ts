import { z } from 'zod'
import type { NotificationsOfAccounts } from '../../../account/notifications.ts'
import { type Endpoint, param, readBody } from './endpoint.ts'

const moment = z.string().max(40)
const Range = z.strictObject({ from: moment, to: moment.optional(), failed: z.boolean().optional() })
const Sample = z.strictObject({ kind: z.enum(['status', 'incoming', 'wait-call']).default('status') })

export function notificationEndpoints(notifications: NotificationsOfAccounts): Endpoint[] {
  return [
    {
      method: 'GET',
      path: '/accounts/:login/notifications',
      run: (request) => {
        const failed = request.query.get('failed') === '1'
        return notifications.list(param(request, 'login'), { failed, before: request.query.get('before') ?? '' })
      },
    },
    {
      method: 'POST',
      path: '/accounts/:login/notifications/replay',
      run: (request) => notifications.replayBetween(param(request, 'login'), readBody(request, Range)),
    },
    {
      method: 'POST',
      path: '/accounts/:login/notifications/test',
      run: (request) => notifications.test(param(request, 'login'), readBody(request, Sample).kind),
    },
    {
      method: 'POST',
      path: '/accounts/:login/notifications/resume',
      run: (request) => notifications.resume(param(request, 'login')),
    },
    {
      method: 'POST',
      path: '/accounts/:login/webhook-key',
      run: (request) => notifications.makeWebhookKey(param(request, 'login')),
    },
    {
      method: 'DELETE',
      path: '/accounts/:login/webhook-key',
      run: (request) => notifications.makeWebhookKey(param(request, 'login'), true),
    },
    {
      method: 'GET',
      path: '/notifications/:id',
      run: (request) => notifications.show(param(request, 'id')),
    },
    {
      method: 'POST',
      path: '/notifications/:id/replay',
      run: (request) => notifications.replay(param(request, 'id')),
    },
  ]
}
