import type { ForgetAccount } from '../../../account/account.ts'
import type { Events } from '../../../account/notify-groups.ts'
import type { Account } from '../../../domain/account.ts'
import { cutTo, type WatchedEvent } from '../../../domain/notify-group.ts'
import { Refusal } from '../../../domain/refusal.ts'
import type { createSendNotice } from '../../../lifecycle/notice.ts'
import { DONE, print } from '../answer.ts'
import type { Handler } from '../call.ts'
import { PING_ERRORS } from '../errors.ts'
import { readFlag, readNeededId } from '../fields.ts'
import type { Params } from '../params.ts'
import { createScript, type ScriptServices } from '../script.ts'
import { COMMON_PARAMETERS, createLengthCheck, type Parameter } from './parameters.ts'
import { createRepeatCheck } from './repeats.ts'

/** Every parameter of ping.php, as docs/api/ping.md lists them. */
export const PARAMETERS = [
  ...COMMON_PARAMETERS,
  { name: 'id', meaning: 'which group is told', ru: 'номер группы, которую надо оповестить', octetsMax: 100 },
  {
    name: 'ok',
    meaning: '0: it fails (default); 1: it works again',
    ru: '0 – сбой (по умолчанию), 1 – восстановление',
    octetsMax: 10,
  },
  {
    name: 'name',
    meaning: 'what stands for `{NAME}` in the text, cut to 200 characters',
    ru: 'текст вместо `{NAME}`, не длиннее 200 знаков, остальное отбрасывается',
    octetsMax: 2_000,
  },
  {
    name: 'host',
    meaning: 'what stands for `{HOST}` in the text, cut to 200 characters',
    ru: 'текст вместо `{HOST}`, не длиннее 200 знаков, остальное отбрасывается',
    octetsMax: 2_000,
  },
  {
    name: 'info',
    meaning: 'what stands for `{INFO}` in the text, cut to 1000 characters',
    ru: 'текст вместо `{INFO}`, не длиннее 1000 знаков, остальное отбрасывается',
    octetsMax: 10_000,
  },
] as const satisfies readonly Parameter[]

const LENGTHS = { name: 200, host: 200, info: 1_000 } as const
const checkLengths = createLengthCheck(PARAMETERS)

export interface PingServices extends ScriptServices {
  readonly events: Events
  readonly sendNotice: ReturnType<typeof createSendNotice>
  readonly forget: ForgetAccount
}

/** ping.php: something that is watched fails, or works again, and a group is told. */
export function createPing(services: PingServices): Handler {
  const { events, sendNotice, forget, signIn, limits } = services
  const checkRepeats = createRepeatCheck('ping', PARAMETERS, limits)

  const tell = (account: Account, groupId: number, event: WatchedEvent) =>
    events.tell(account, groupId, event, (notice) => sendNotice(account, notice))

  return createScript({
    ...services,
    name: 'ping',
    errors: PING_ERRORS,
    run: async (call) => {
      const { params, account, credentials, fmt } = call
      checkLengths(params)
      const [id, event] = [readNeededId(params, 'id'), readEvent(params)]
      checkRepeats(call)
      if (!limits.allow(account, 'events', '')) throw new Refusal('too_many_requests')
      await tell(account, id, event).catch(async (error: unknown) => {
        // The account has changed since sign-in: it is read anew.
        if (!(error instanceof Refusal && error.code === 'bad_credentials')) throw error
        forget(account.id)
        return tell(await signIn(credentials), id, event)
      })
      return print(DONE, undefined, fmt)
    },
  })
}

/** An alarm that says too much is told all the same. */
function readEvent(params: Params): WatchedEvent {
  const text = (name: keyof typeof LENGTHS): string => cutTo(params.text(name)?.trim() ?? '', LENGTHS[name])
  return { ok: readFlag(params, 'ok'), name: text('name'), host: text('host'), info: text('info') }
}
