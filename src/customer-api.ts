import { createReadBalance } from './account/balance.ts'
import type { PhoneBook } from './account/phone-book.ts'
import type { SignIns } from './account/sign-in.ts'
import type { NumberProfile } from './domain/number/parse.ts'
import type { Language } from './domain/status.ts'
import { withGroups } from './lifecycle/group-recipients.ts'
import type { Numbering } from './lifecycle/numbering.ts'
import type { Path } from './lifecycle/path.ts'
import type { Route } from './listeners/http/call.ts'
import { scriptRoutes } from './listeners/http/routes.ts'
import type { ScriptServices } from './listeners/http/script.ts'
import { createBalance } from './listeners/http/sys/balance.ts'
import { createInfo } from './listeners/http/sys/info.ts'
import { createPhones } from './listeners/http/sys/phones.ts'
import { createSend } from './listeners/http/sys/send.ts'
import { createStatus } from './listeners/http/sys/status.ts'
import type { Session } from './store/session.ts'

export interface CustomerServices {
  readonly listener: ScriptServices
  readonly spoken: { readonly numberProfile: NumberProfile; readonly language: Language }
  readonly path: Path
  readonly phoneBook: PhoneBook
  readonly numbering: Numbering
  readonly signing: SignIns
  readonly session: Session
}

/** What a customer can ask over HTTP: a line for each script of the SMSC API. */
export function customerRoutes(built: CustomerServices): Route[] {
  const { listener, spoken, path, phoneBook, numbering, signing, session } = built
  const sending = { ...withGroups(path, phoneBook.membersOf), captures: path.captures, forget: signing.forget }
  return [
    ...scriptRoutes('send', createSend({ ...listener, ...sending })),
    ...scriptRoutes('status', createStatus({ ...listener, ...spoken, findMessages: path.find, removeMessage: path.remove })),
    ...scriptRoutes('info', createInfo({ ...listener, ...spoken, lookUp: numbering.lookUp })),
    ...scriptRoutes('balance', createBalance({ ...listener, readBalance: createReadBalance(session) })),
    ...scriptRoutes('phones', createPhones({ ...listener, ...phoneBook })),
  ]
}
