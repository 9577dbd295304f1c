import { z } from 'zod'
import type { Access } from '../../../account/access.ts'
import type { createAddAccount } from '../../../account/add.ts'
import type { ApiLog, LoggedRequest } from '../../../account/api-log.ts'
import type { createKeys } from '../../../account/keys.ts'
import { type createShowAccounts, presentAccount } from '../../../account/show.ts'
import { isOn, LIMITS } from '../../../domain/account.ts'
import { type Endpoint, given, param, readBody } from './endpoint.ts'

export interface AccountParts {
  readonly addAccount: ReturnType<typeof createAddAccount>
  readonly accounts: ReturnType<typeof createShowAccounts>
  readonly access: Access
  readonly keys: ReturnType<typeof createKeys>
  readonly apiLog: Pick<ApiLog, 'of'>
}

const text = z.string().max(1_000)
const money = z.union([z.string().max(40), z.number()]).transform(String)
const list = z.array(z.string().max(100)).max(1_000)

const Add = z
  .strictObject({ login: text, password: text, balance: money, parent: text, type: z.int(), tariff: text })
  .partial({ balance: true, parent: true, type: true, tariff: true })
const Limits = z.record(z.string().max(40), z.unknown())
const Settings = z.record(z.string().max(40), z.union([z.string(), z.number(), z.boolean(), z.null()]))

export function accountEndpoints({ addAccount, accounts, access, keys, apiLog }: AccountParts): Endpoint[] {
  return [
    {
      method: 'GET',
      path: '/accounts',
      run: async ({ query }) => (await accounts.list(query.get('after') ?? '')).map(presentAccount),
    },
    {
      method: 'POST',
      path: '/accounts',
      run: async (request) => presentAccount(await addAccount(given(readBody(request, Add)))),
    },
    {
      method: 'GET',
      path: '/accounts/:login',
      run: async (request) => presentAccount(await accounts.show(param(request, 'login'))),
    },
    {
      method: 'GET',
      path: '/accounts/:login/requests',
      run: async (request) => {
        const { id, login, settings } = await accounts.show(param(request, 'login'))
        return { login, kept: isOn(settings['fl[30]']), requests: apiLog.of(id).map(presentRequest) }
      },
    },
    {
      method: 'PATCH',
      path: '/accounts/:login/limits',
      run: async (request) => presentLimits(await access.setLimits(param(request, 'login'), readBody(request, Limits))),
    },
    {
      method: 'PATCH',
      path: '/accounts/:login/settings',
      run: async (request) => presentAccount(await access.set(param(request, 'login'), readBody(request, Settings))),
    },
    {
      method: 'PATCH',
      path: '/accounts/:login/ips',
      run: async (request) => {
        const change = readBody(request, z.strictObject({ add: list, remove: list, clear: z.boolean() }).partial())
        const { login, allowedIps } = await access.changeIps(param(request, 'login'), given(change))
        return { login, ips: allowedIps }
      },
    },
    {
      method: 'PUT',
      path: '/accounts/:login/password',
      run: async (request) => {
        const { password } = readBody(request, z.strictObject({ password: text }))
        return { login: (await access.setPassword(param(request, 'login'), password)).login }
      },
    },
    {
      method: 'POST',
      path: '/accounts/:login/smpp-password',
      run: async (request) => {
        const { password, account } = await access.makeSmppPassword(param(request, 'login'))
        return { login: account.login, system_id: account.login, password, ips: account.allowedIps }
      },
    },
    {
      method: 'PUT',
      path: '/accounts/:login/blocked',
      run: async (request) => {
        const { blocked } = readBody(request, z.strictObject({ blocked: z.boolean() }))
        return presentAccount(await access.block(param(request, 'login'), blocked))
      },
    },
    {
      method: 'DELETE',
      path: '/accounts/:login',
      run: async (request) => presentAccount(await access.remove(param(request, 'login'))),
    },
    {
      method: 'GET',
      path: '/accounts/:login/keys',
      run: async (request) => (await keys.list(param(request, 'login'))).map(presentKey),
    },
    {
      method: 'POST',
      path: '/accounts/:login/keys',
      run: (request) => {
        const body = readBody(request, z.strictObject({ name: text, ips: list }).partial())
        return keys.add(param(request, 'login'), given(body))
      },
    },
    {
      method: 'DELETE',
      path: '/accounts/:login/keys/:key',
      run: async (request) => presentKey(await keys.revoke(param(request, 'login'), param(request, 'key'))),
    },
  ]
}

const presentRequest = ({ atMs, ...request }: LoggedRequest) => ({ at: new Date(atMs).toISOString(), ...request })

type Key = Awaited<ReturnType<AccountParts['keys']['list']>>[number]

const presentKey = ({ id, name, prefix, allowedIps, createdAt, revokedAt }: Key) => ({
  id,
  name,
  prefix,
  ips: allowedIps,
  created_at: createdAt.toISOString(),
  revoked_at: revokedAt?.toISOString() ?? null,
})

/** Every limit as it holds now, with what it means. */
function presentLimits({ login, settings }: { login: string; settings: Readonly<Record<string, unknown>> }) {
  const limits = Object.entries(LIMITS).map(([name, { default: standard, meaning }]) => {
    const own = settings[`limit.${name}`]
    return { name, value: typeof own === 'number' ? own : standard, own: typeof own === 'number', meaning }
  })
  return { login, limits }
}
