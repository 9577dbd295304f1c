import type { ForgetAccount, ReadBalance } from './account/account.ts'
import type { openPhoneBook } from './account/phone-book.ts'
import type { NumberProfile } from './domain/number/parse.ts'
import type { LookUp } from './domain/number/plan.ts'
import type { Language } from './domain/status.ts'
import { withGroups } from './lifecycle/group-recipients.ts'
import type { Path } from './lifecycle/path.ts'
import type { Route } from './listeners/http/call.ts'
import { scriptRoutes } from './listeners/http/routes.ts'
import type { ScriptServices } from './listeners/http/script.ts'
import { createBalance } from './listeners/http/sys/balance.ts'
import { createInfo } from './listeners/http/sys/info.ts'
import { createPhones } from './listeners/http/sys/phones.ts'
import { createSend } from './listeners/http/sys/send.ts'
import { createStatus } from './listeners/http/sys/status.ts'

export interface CustomerServices {
  readonly listener: ScriptServices
  readonly spoken: { readonly numberProfile: NumberProfile; readonly language: Language }
  readonly path: Path
  readonly phoneBook: ReturnType<typeof openPhoneBook>
  readonly lookUp: LookUp
  readonly readBalance: ReadBalance
  readonly forget: ForgetAccount
}

/** What a customer can ask over HTTP: a line for each script of the SMSC API. */
export function customerRoutes(built: CustomerServices): Route[] {
  const { listener, spoken, path, phoneBook, lookUp, readBalance, forget } = built
  const sending = { ...withGroups(path, phoneBook.membersOf), captures: path.captures, forget }
  return [
    ...scriptRoutes('send', createSend({ ...listener, ...sending })),
    ...scriptRoutes('status', createStatus({ ...listener, ...spoken, findMessages: path.find, removeMessage: path.remove })),
    ...scriptRoutes('info', createInfo({ ...listener, ...spoken, lookUp })),
    ...scriptRoutes('balance', createBalance({ ...listener, readBalance })),
    ...scriptRoutes('phones', createPhones({ ...listener, ...phoneBook })),
  ]
}
