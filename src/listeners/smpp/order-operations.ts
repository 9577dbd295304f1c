import type { Throughput } from '../../account/throughput.ts'
import { now } from '../../clock.ts'
import type { Account } from '../../domain/account.ts'
import type { Orders } from '../../lifecycle/orders.ts'
import type { Operations } from './bound.ts'
import { createCancelSm } from './cancel-sm.ts'
import { createQuerySm } from './query-sm.ts'
import { createReplaceSm } from './replace-sm.ts'

/** The operations of customers on messages that they have submitted; each counts as one against the account's throughput. */
export function createOrderOperations(
  parts: { readonly orders: Orders; readonly throughput: Throughput },
  settings: { readonly cancelAndReplace: boolean },
): Pick<Operations, 'query_sm' | 'cancel_sm' | 'replace_sm'> {
  const { query, cancel, replace } = parts.orders
  const mayPass = (account: Account) => parts.throughput.take(account, 1)
  const enabled = settings.cancelAndReplace
  return {
    query_sm: createQuerySm({ query, mayPass }),
    cancel_sm: createCancelSm({ cancel, mayPass, enabled }),
    replace_sm: createReplaceSm({ replace, mayPass, enabled, now }),
  }
}
