import { createReadBalance } from './account/balance.ts'
import { createDocuments } from './account/documents.ts'
import type { ExportDesk } from './account/exports.ts'
import { createEvents } from './account/notify-groups.ts'
import type { PhoneBook } from './account/phone-book.ts'
import { createRentedNumbers } from './account/rented-numbers.ts'
import { openReports } from './account/reports.ts'
import type { SenderBook } from './account/sender-book.ts'
import { createShortLinkDesk } from './account/short-links.ts'
import type { SignIns } from './account/sign-in.ts'
import { createPay } from './account/subclient-pay.ts'
import { createSubclientStatistics } from './account/subclient-statistics.ts'
import { createSubclients, type SubclientStore } from './account/subclients.ts'
import { createOperatorTemplates, createTemplates, type OperatorTemplateParts } from './account/templates.ts'
import type { WaitForCall } from './account/wait-calls.ts'
import { now } from './clock.ts'
import type { Config } from './config.ts'
import { newCode } from './lifecycle/click.ts'
import { makeSendCode } from './lifecycle/code-message.ts'
import { withGroups } from './lifecycle/group-recipients.ts'
import { makeReport } from './lifecycle/history.ts'
import { createSendNotice } from './lifecycle/notice.ts'
import type { Numbering } from './lifecycle/numbering.ts'
import type { Path } from './lifecycle/path.ts'
import type { Route } from './listeners/http/call.ts'
import type { ScriptServices } from './listeners/http/script.ts'
import { sysRoutes } from './listeners/http/sys/scripts.ts'
import type { MailingDesk } from './mailing/desk.ts'
import type { Session } from './store/session.ts'

/** What runs, and what was built before it, as the scripts of the SMSC API need it. */
export interface Built {
  readonly config: Pick<Config, 'numberProfile' | 'language' | 'bareOk' | 'strongPasswords'>
  readonly listener: ScriptServices
  readonly path: Path
  readonly phoneBook: PhoneBook
  readonly numbering: Numbering
  readonly signing: SignIns
  readonly session: Session
  readonly nextId: () => number
  /** What short links begin with. */
  readonly publicUrl: string
  readonly texts: OperatorTemplateParts
  readonly senderBook: SenderBook
  readonly sandbox: boolean
  readonly mailings: MailingDesk
  readonly accounts: Omit<SubclientStore, 'isPassword' | 'strongPasswords'>
  readonly exportDesk: ExportDesk
  readonly waitForCall: WaitForCall
}

/** Everything a customer can ask over HTTP. */
export function customerRoutes(built: Built): Route[] {
  const { config, listener, path, phoneBook, numbering, signing, session, publicUrl, texts, accounts, exportDesk, senderBook } =
    built
  const { contacts, groups, blacklist, membersOf } = phoneBook
  const { strongPasswords } = config
  return sysRoutes({
    ...{ ...listener, bareOk: config.bareOk },
    ...{ numberProfile: config.numberProfile, language: config.language, lookUp: numbering.lookUp },
    ...{ ...withGroups(path, membersOf), captures: path.captures, forget: signing.forget },
    ...{ findMessages: path.find, removeMessage: path.remove },
    ...openReports({ session, now, report: makeReport(numbering) }),
    ...{ readBalance: createReadBalance(session), contacts, groups, blacklist },
    rentedNumbers: createRentedNumbers({ session, nextId: built.nextId, now, lookUp: numbering.lookUp }),
    documents: createDocuments({ session, now }),
    ...{ events: createEvents({ session, now }), sendNotice: createSendNotice(path.accept) },
    shortLinks: createShortLinkDesk({ session, now, newCode, publicUrl }),
    mailings: built.mailings,
    ...{
      subclients: createSubclients({ ...accounts, isPassword: signing.isPassword, strongPasswords }),
      paySubclient: createPay(accounts),
    },
    subclientStatistics: createSubclientStatistics({ session, now }),
    ...{ templates: createTemplates(texts), operatorTemplates: createOperatorTemplates(texts) },
    ...{ senders: senderBook.senders, senderDocuments: senderBook.senderDocuments },
    senderCodes: senderBook.codesBy(makeSendCode(path.accept, built.sandbox)),
    ...{ exportDesk, waitForCall: built.waitForCall },
  })
}
