import type { Command } from './command.ts'
import { accountCommands } from './commands/account.ts'
import { carrierCommands } from './commands/carrier.ts'
import { carrierCheckCommands } from './commands/carrier-check.ts'
import { centreCommands } from './commands/centre.ts'
import { costCommands } from './commands/cost.ts'
import { currencyCommands } from './commands/currency.ts'
import { guardCommands } from './commands/guard.ts'
import { incomingCommands } from './commands/incoming.ts'
import { keyCommands } from './commands/key.ts'
import { ledgerCommands } from './commands/ledger.ts'
import { mailingCommands } from './commands/mailing.ts'
import { marginCommands } from './commands/margin.ts'
import { messageCommands } from './commands/message.ts'
import { notifyCommands } from './commands/notify.ts'
import { notifyGroupCommands } from './commands/notify-group.ts'
import { numberCommands } from './commands/number.ts'
import { numberingCommands } from './commands/numbering.ts'
import { receiptCommands } from './commands/receipts.ts'
import { routeCommands } from './commands/route.ts'
import { sellerCommands } from './commands/seller.ts'
import { senderCommands } from './commands/sender.ts'
import { serveCommands } from './commands/serve.ts'
import { shapingCommands } from './commands/shaping.ts'
import { smppCommands } from './commands/smpp.ts'
import { tariffCommands } from './commands/tariff.ts'
import { tariffExceptionCommands } from './commands/tariff-exception.ts'
import { templateCommands } from './commands/template.ts'
import { traceCommands } from './commands/trace.ts'

/** Everything `heliogram` can do, in the order help lists it. */
export const COMMANDS: readonly Command[] = [
  ...serveCommands,
  ...accountCommands,
  ...ledgerCommands,
  ...sellerCommands,
  ...keyCommands,
  ...carrierCommands,
  ...carrierCheckCommands,
  ...routeCommands,
  ...shapingCommands,
  ...tariffCommands,
  ...tariffExceptionCommands,
  ...costCommands,
  ...currencyCommands,
  ...marginCommands,
  ...numberCommands,
  ...incomingCommands,
  ...senderCommands,
  ...templateCommands,
  ...numberingCommands,
  ...messageCommands,
  ...traceCommands,
  ...mailingCommands,
  ...guardCommands,
  ...receiptCommands,
  ...notifyCommands,
  ...notifyGroupCommands,
  ...smppCommands,
  ...centreCommands,
]
