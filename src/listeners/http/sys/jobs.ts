import type { Templates } from '../../../account/templates.ts'
import { now } from '../../../clock.ts'
import type { Account } from '../../../domain/account.ts'
import { DAY_MS, daysOf, MINUTE_MS } from '../../../domain/calendar.ts'
import { Refusal } from '../../../domain/refusal.ts'
import type { Language } from '../../../domain/status.ts'
import type { MailingDesk } from '../../../mailing/desk.ts'
import { print, printMany } from '../answer.ts'
import type { Handler } from '../call.ts'
import { JOBS_ERRORS } from '../errors.ts'
import { readChoice, readDay, readFlag, readId, readNeededId } from '../fields.ts'
import type { Params } from '../params.ts'
import type { ScriptServices } from '../script.ts'
import { ADDED, listed, shown } from './jobs-answer.ts'
import { PARAMETERS } from './jobs-parameters.ts'
import { readNewMailing } from './jobs-request.ts'
import { createOperations, type Operation } from './operations.ts'

export interface JobsServices extends ScriptServices {
  readonly mailings: MailingDesk
  readonly templates: Pick<Templates, 'list'>
  readonly language: Language
  readonly now?: () => number
}

/** jobs.php: mailings. */
export function createJobs(services: JobsServices): Handler {
  const { mailings, templates, language, now: clock = now } = services

  async function templateText(params: Params, account: Account): Promise<string | undefined> {
    const id = readId(params, 'tpl')
    if (id === undefined) return undefined
    const template = (await templates.list(account)).find((each) => each.id === id)
    if (!template) throw new Refusal('not_found', { field: 'tpl' })
    return template.body
  }

  const operations: Readonly<Record<string, Operation>> = {
    async add(params, account, fmt) {
      const wantsCost = readChoice(params, 'cost', 3) > 0
      const asked = readNewMailing(params, account, clock(), await templateText(params, account))
      return print(ADDED, await mailings.add(account, { ...asked, estimate: wantsCost }), fmt)
    },

    del: async (params, account) => void (await mailings.remove(account, readNeededId(params, 'id'), readFlag(params, 'mail'))),

    cancel: async (params, account) =>
      void (await mailings.cancel(account, readNeededId(params, 'id'), readFlag(params, 'mail'))),

    async get(params, account, fmt) {
      const mailing = await mailings.show(account, readNeededId(params, 'id'), readFlag(params, 'mail'))
      return print(shown(account.utcOffsetMinutes, language), mailing, fmt)
    },

    async get_all(params, account, fmt) {
      const between = readDays(params, account)
      const rows = await mailings.list(account, between, readFlag(params, 'mail'))
      return printMany(listed(account.utcOffsetMinutes, language), rows, fmt)
    },
  }

  return createOperations({ ...services, name: 'jobs', errors: JOBS_ERRORS, parameters: PARAMETERS, operations, limit: 'jobs' })
}

/** From the beginning of one day to the end of another, on the account's clock. A day that is none is a wrong date here. */
function readDays(params: Params, { utcOffsetMinutes }: Account): { fromMs?: number; toMs?: number } {
  const day = (name: string): number | undefined => {
    try {
      const date = readDay(params, name)
      return date && daysOf(date) * DAY_MS - utcOffsetMinutes * MINUTE_MS
    } catch (error) {
      throw error instanceof Refusal ? new Refusal('bad_time', { field: name }) : error
    }
  }
  const [fromMs, lastMs] = [day('start'), day('end')]
  return { ...(fromMs !== undefined && { fromMs }), ...(lastMs !== undefined && { toMs: lastMs + DAY_MS }) }
}
