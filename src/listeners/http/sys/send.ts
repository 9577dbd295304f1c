import type { ForgetAccount } from '../../../account/account.ts'
import { now } from '../../../clock.ts'
import { inTestMode } from '../../../domain/account.ts'
import type { MoneyStyle } from '../../../domain/money.ts'
import { Refusal } from '../../../domain/refusal.ts'
import type { Accept, Accepted, EstimateRequest, SendRequest } from '../../../lifecycle/request.ts'
import { print } from '../answer.ts'
import type { Handler } from '../call.ts'
import { SEND_ERRORS } from '../errors.ts'
import { readChoice, readFlag } from '../fields.ts'
import { isRest } from '../request.ts'
import { createScript, type ScriptCall, type ScriptServices } from '../script.ts'
import { PRICED, pricedAnswer, SENT, sentAnswer, type Wanted } from './send-answer.ts'
import { capturingRequest, type RequestCaptures } from './send-capture.ts'
import { makeCode, withCode } from './send-code.ts'
import { readSendRequest } from './send-request.ts'

export { PARAMETERS } from './send-parameters.ts'

export interface SendServices extends ScriptServices {
  readonly accept: Accept
  readonly estimate: EstimateRequest
  readonly forget: ForgetAccount
  /** While an operator traces an account, its requests are kept as they came. */
  readonly captures?: RequestCaptures
  /** How prices and balances are printed; the original trims zeros. */
  readonly moneyStyle?: MoneyStyle
  readonly now?: () => number
}

/** send.php: a message to one or many, or the price of it. */
export function createSend(services: SendServices): Handler {
  const { accept, estimate, forget, signIn, limits, moneyStyle = 'trim', now: clock = now, captures } = services

  const run = (call: ScriptCall): Promise<string> =>
    captures?.watches(call.account.id) ? capturingRequest(captures, call, (noted) => answer(call, noted)) : answer(call)

  async function answer(
    { params, path, fmt, account, credentials }: ScriptCall,
    noted?: (ref: number | string) => void,
  ): Promise<string> {
    const wanted: Wanted = {
      cost: readChoice(params, 'cost', 3) as Wanted['cost'],
      op: readFlag(params, 'op'),
      err: readFlag(params, 'err'),
      free: inTestMode(account),
      moneyStyle,
    }
    const request: SendRequest = {
      ...readSendRequest(params, account, clock()),
      via: isRest({ path }) ? 'REST' : 'send.php',
    }
    const pricing = wanted.cost === 1
    if (!limits.allow(account, pricing ? 'identical_cost' : 'identical', request.hash)) throw new Refusal('duplicate')

    if (pricing) {
      const priced = await signedInAgain(estimate, request, credentials)
      if (priced.refusal) throw new Refusal(priced.refusal)
      return print(PRICED, pricedAnswer(priced, wanted), fmt)
    }
    const code = makeCode(request)
    const sent = code === undefined ? request : withCode(request, code)
    const accepted: Accepted = await signedInAgain(accept, sent, credentials).catch((error: unknown) => {
      if (error instanceof Refusal) limits.giveBack(account, 'identical', request.hash) // nothing of it is stored
      throw error
    })
    noted?.(accepted.ref)
    if (accepted.refusal) throw new Refusal(accepted.refusal, { ref: accepted.ref })
    return print(SENT, sentAnswer(accepted, wanted, code), fmt)
  }

  /** The account may have changed since sign-in, and the commit notices: then sign-in is asked once more, without its cache. */
  async function signedInAgain<T>(
    take: (request: SendRequest) => Promise<T>,
    request: SendRequest,
    credentials: ScriptCall['credentials'],
  ): Promise<T> {
    try {
      return await take(request)
    } catch (error) {
      if (!(error instanceof Refusal && error.code === 'bad_credentials')) throw error
      forget(request.account.id)
      return await take({ ...request, account: await signIn(credentials) })
    }
  }

  return createScript({ ...services, name: 'send', errors: SEND_ERRORS, run })
}
