import { Refusal } from '../domain/refusal.ts'
import { CLASS_NAMES, CLASSES, type ClassName, isClassName, isForReceipts } from '../domain/throttle/classes.ts'
import { readDuration } from '../domain/throttle/duration.ts'
import { ACTIONS, type Action, isAction, type Rule } from '../domain/throttle/rule.ts'
import { TEXT_MAX } from '../domain/throttle/text-pattern.ts'

/** A rule as an operator writes it; what is absent holds for everything. */
export interface NewRule {
  readonly carrier?: string
  readonly mccmnc?: string
  readonly status?: number
  readonly text?: string
  readonly stat?: string
  readonly err?: string
  readonly class: string
  readonly action?: string
  readonly for?: string // 30s, 10m, 2h, 1d
  readonly after?: number // so many within an hour
}

const SECONDS = { shortest: 1, longest: 7 * 86_400 } as const
const AFTER_MAX = 1_000_000
const STATUS_MAX = 0xffff_ffff

const refuse = (field: string, reason: string): never => {
  throw new Refusal('bad_request', { field, reason })
}

/** Checks a rule as far as it can be checked by itself. @throws {Refusal} with a sentence that says what to write. */
export function readRule(written: NewRule, carrierId: number): Rule {
  const on = readSide(written)
  const conditions = {
    on,
    carrierId,
    mccmnc: readNetwork(written.mccmnc ?? ''),
    status: readStatus(written.status),
    text: readWords('text', written.text ?? '', TEXT_MAX),
    stat: readWords('stat', written.stat ?? '', 40),
    err: readWords('err', written.err ?? '', 40),
  }
  return { id: 0, ...conditions, class: readClass(written.class, on), ...readAction(written) }
}

function readSide({ status, text, stat, err }: NewRule): Rule['on'] {
  const answer = status !== undefined || (text ?? '') !== ''
  const receipt = (stat ?? '') !== '' || (err ?? '') !== ''
  if (answer && receipt) {
    return refuse(
      'status',
      'A rule is for answers to a submit (--status, --text) or for receipts (--stat, --err), not for both: add two.',
    )
  }
  if (!answer && !receipt) {
    return refuse(
      'status',
      'Say which answers the rule is for: --status or --text of the answer to a submit, --stat or --err of a receipt.',
    )
  }
  return answer ? 'answer' : 'receipt'
}

function readNetwork(mccmnc: string): string {
  if (mccmnc === '' || /^\d{3}(\d{2,3})?$/.test(mccmnc)) return mccmnc
  return refuse(
    'mccmnc',
    `'${mccmnc.slice(0, 30)}' is no network: write MCC and MNC (25001) or an MCC alone (250); one for each rule.`,
  )
}

function readStatus(status: number | undefined): number {
  if (status === undefined) return -1
  if (status === 0) return refuse('status', 'Status 0 says that the part was taken: there is nothing to shape.')
  if (Number.isInteger(status) && status > 0 && status <= STATUS_MAX) return status
  return refuse('status', 'A status is a number like 0x58 or 1105, or a name of the standard like ESME_RTHROTTLED.')
}

function readWords(field: string, words: string, longest: number): string {
  const trimmed = words.trim()
  if (trimmed.length > longest) return refuse(field, `${field} has at most ${longest} characters.`)
  if (/[\x00-\x1f]/.test(trimmed)) return refuse(field, `${field} has characters that no carrier writes.`)
  if (field === 'text' && words !== '' && trimmed.replaceAll('*', '') === '')
    return refuse(field, 'A text needs words, not stars alone.')
  return trimmed
}

function readClass(name: string, on: Rule['on']): ClassName {
  const known = CLASS_NAMES.filter((each) => on === 'answer' || isForReceipts(each))
  if (isClassName(name) && known.includes(name)) return name
  if (isClassName(name)) {
    return refuse('class', `A receipt can't be ${name}: by then the message is out of our hands. It can be ${known.join(', ')}.`)
  }
  return refuse('class', `There is no class '${name.slice(0, 40)}'. There are: ${known.join(', ')}.`)
}

function readAction({ action: name = 'none', for: time, after = 0 }: NewRule): Pick<Rule, 'action' | 'seconds' | 'after'> {
  const action: Action = isAction(name)
    ? name
    : refuse('action', `There is no action '${name.slice(0, 40)}'. There are: ${Object.keys(ACTIONS).join(', ')}.`)
  if (!Number.isInteger(after) || after < 0 || after > AFTER_MAX) {
    return refuse(
      'after',
      `--after is a whole number from 0 to ${AFTER_MAX}: so many such answers within an hour set the action off.`,
    )
  }
  if (action === 'none') {
    if (time !== undefined) return refuse('for', 'There is nothing to do for that time: name an --action too.')
    if (after > 0) return refuse('after', 'There is nothing to do after that: name an --action too.')
    return { action, seconds: 0, after: 0 }
  }
  if (time === undefined) return refuse('for', `Say for how long: --for 10m with --action ${action}.`)
  const seconds = readDuration(time)
  if (seconds === undefined || seconds < SECONDS.shortest || seconds > SECONDS.longest) {
    return refuse('for', `'${time.slice(0, 20)}' is no time for an action: write 30s, 10m, 2h or 1d, at most 7d.`)
  }
  return { action, seconds, after }
}

/** What becomes of a message whose answer is of a class. */
export function fateInWords(name: ClassName, on: Rule['on']): string {
  const { fate } = CLASSES[name]
  if (on === 'receipt') return 'it ends'
  switch (fate) {
    case 'again':
      return 'it is sent here again when the carrier can take more, in its turn'
    case 'later':
      return 'it is tried again after pauses that grow from 5 s to 5 min; from the third time on other carriers are tried too'
    case 'elsewhere':
      return 'it goes to the next carrier of the routes; without one it ends'
    case 'end':
      return 'it ends; no other carrier is tried'
  }
}
