import type { MailingOffice } from '../../../mailing/office.ts'
import { type Endpoint, param } from './endpoint.ts'

export function mailingEndpoints(office: MailingOffice): Endpoint[] {
  return [
    {
      method: 'GET',
      path: '/mailings',
      run: ({ query }) => {
        const [account, before] = [query.get('account'), query.get('before')]
        return office.list({ ...(account && { account }), ...(before && { before }) })
      },
    },
    { method: 'GET', path: '/mailings/:id', run: (request) => office.show(param(request, 'id')) },
    { method: 'POST', path: '/mailings/:id/pause', run: (request) => office.pause(param(request, 'id')) },
    { method: 'POST', path: '/mailings/:id/resume', run: (request) => office.resume(param(request, 'id')) },
    { method: 'POST', path: '/mailings/:id/cancel', run: (request) => office.cancel(param(request, 'id')) },
  ]
}
