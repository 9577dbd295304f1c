import type { Route } from '../call.ts'
import { scriptRoutes } from '../routes.ts'
import { type BalanceServices, createBalance } from './balance.ts'
import { createGet, type GetServices } from './get.ts'
import { createGetMnp } from './get-mnp.ts'
import { createInfo, type InfoServices } from './info.ts'
import { createOpTemplates, type OpTemplatesServices } from './op-templates.ts'
import { createPhones, type PhonesServices } from './phones.ts'
import { createSend, type SendServices } from './send.ts'
import { createStatus, type StatusServices } from './status.ts'
import { createTemplatesScript, type TemplatesServices } from './templates.ts'
import { createTinyurls, type TinyurlsServices } from './tinyurls.ts'

/** What the scripts of the SMSC API do their work with. */
export type SysServices = SendServices &
  StatusServices &
  BalanceServices &
  GetServices &
  InfoServices &
  PhonesServices &
  TinyurlsServices &
  TemplatesServices &
  OpTemplatesServices

/** Every script of the SMSC API, where clients look for it. */
export const sysRoutes = (services: SysServices): Route[] => [
  ...scriptRoutes('send', createSend(services)),
  ...scriptRoutes('status', createStatus(services)),
  ...scriptRoutes('balance', createBalance(services)),
  ...scriptRoutes('info', createInfo(services)),
  ...scriptRoutes('get', createGet(services)),
  ...scriptRoutes('get_mnp', createGetMnp(services)),
  ...scriptRoutes('phones', createPhones(services)),
  ...scriptRoutes('tinyurls', createTinyurls(services)),
  ...scriptRoutes('templates', createTemplatesScript(services)),
  ...scriptRoutes('op_templates', createOpTemplates(services)),
]
