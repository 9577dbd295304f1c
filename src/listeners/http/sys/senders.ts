import type { SenderCodeDesk } from '../../../account/sender-codes.ts'
import type { DocumentDesk, OfferedDocument } from '../../../account/sender-documents.ts'
import type { Senders } from '../../../account/senders.ts'
import type { Account } from '../../../domain/account.ts'
import { formatDate } from '../../../domain/calendar.ts'
import { startOfDay } from '../../../domain/period.ts'
import { Refusal } from '../../../domain/refusal.ts'
import { type Fmt, print, printMany } from '../answer.ts'
import type { Handler } from '../call.ts'
import { SENDERS_ERRORS } from '../errors.ts'
import { malformed, readCount, readDay, readFlag, readId } from '../fields.ts'
import type { Params } from '../params.ts'
import type { ScriptServices } from '../script.ts'
import { createOperations, type Operation } from './operations.ts'
import { CREATED_IN_XML, CREATED_SENDER, DOCUMENT, SENDER, SENDER_IN_XML, WHOLE_IN_XML, WHOLE_SENDER } from './senders-answer.ts'
import { PARAMETERS } from './senders-parameters.ts'
import { readOffered, readRegistration } from './senders-request.ts'

export interface SendersServices extends ScriptServices {
  readonly senders: Senders
  readonly senderCodes: SenderCodeDesk
  readonly senderDocuments: DocumentDesk
}

/** Names in one go. */
const PAGE_MAX = 1_000

/** senders.php: the names that an account sends under. */
export function createSendersScript(services: SendersServices): Handler {
  const { senders, senderCodes, senderDocuments } = services

  const operations: Readonly<Record<string, Operation>> = {
    get: listOf(senders),

    async add(params, account, fmt) {
      const draft = { ...readGiven(params), sender: params.text('sender') ?? '', isMail: readFlag(params, 'mail') }
      const id = await senders.add(account, { comment: '', owner: '', ...draft })
      return print(fmt === 2 ? CREATED_IN_XML : CREATED_SENDER, id, fmt)
    },

    async chg(params, account) {
      await senders.change(account, readWritten(params), readGiven(params))
      return undefined
    },

    async send_code(params, account) {
      await senderCodes.sendCode(account, readSender(params), params.text('site_name') ?? '')
      return undefined
    },

    async check_code(params, account) {
      const code = params.text('code')?.trim()
      if (!code) throw malformed('code')
      await senderCodes.checkCode(account, readSender(params), code)
      return undefined
    },

    async del(params, account) {
      await senders.remove(account, readWritten(params))
      return undefined
    },

    async get_doc(params, account, fmt) {
      const document = readId(params, 'doc')
      if (document !== undefined) return senderDocuments.read(account, document)
      const found = await senderDocuments.list(account, senders.find(readWritten(params)))
      if (found.length === 0 && fmt !== 3) throw new Refusal('not_found')
      const date = (ms: number): string => formatDate(ms, account.utcOffsetMinutes)
      return printMany(
        DOCUMENT,
        found.map((each) => ({ ...each, date: date(each.addedAt) })),
        fmt,
      )
    },
  }

  /** A main account may do all of it for a sub-client. */
  const forWhom =
    (operation: Operation): Operation =>
    async (params, account, fmt) => {
      const user = params.text('user')?.trim()
      return operation(params, user ? await senders.actingFor(account, user) : account, fmt)
    }

  return createOperations({
    ...services,
    name: 'senders',
    errors: SENDERS_ERRORS,
    parameters: PARAMETERS,
    operations: Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, forWhom(operation)])),
  })
}

/** The list, also as older programs ask for it. Without names JSON is an empty list, the other formats are error 3. */
export const listOf =
  (senders: Pick<Senders, 'list'>) =>
  async (params: Params, account: Account, fmt: Fmt): Promise<string> => {
    const [all, operators] = [readFlag(params, 'all'), readFlag(params, 'operators')]
    const since = readDay(params, 'from_date')
    const question = {
      ...{ all, isMail: readFlag(params, 'mail'), afterId: readId(params, 'prev_id') ?? 0 },
      operatorsSinceMs: since && startOfDay(since, account.utcOffsetMinutes),
      limit: readCount(params, 'cnt', PAGE_MAX, 0) || undefined,
    }
    const names = await senders.list(account, question)
    if (names.length === 0 && fmt !== 3) throw new Refusal('not_found')
    if (!all && !operators) return printMany(fmt === 2 ? SENDER_IN_XML : SENDER, names, fmt)
    const whole = names.map((each) => ({
      ...each,
      isDefault: account.settings.sender === each.name,
      date: formatDate(each.addedAt, account.utcOffsetMinutes),
      operators: operators ? each.operators : undefined,
    }))
    return printMany(fmt === 2 ? WHOLE_IN_XML : WHOLE_SENDER, whole, fmt)
  }

const readWritten = (params: Params) => ({
  id: readId(params, 'id'),
  sender: params.text('sender')?.trim(),
  isMail: readFlag(params, 'mail'),
})

function readSender(params: Params): string {
  const sender = params.text('sender')?.trim()
  if (!sender) throw malformed('sender')
  return sender
}

/** What is given of a name. */
function readGiven(params: Params) {
  const [comment, owner] = [params.text('cmt'), params.text('name')?.trim()]
  const documents: readonly OfferedDocument[] = readOffered(params)
  return {
    ...(comment !== undefined && { comment }),
    ...(owner !== undefined && { owner }),
    fields: readRegistration(params),
    documents,
  }
}
