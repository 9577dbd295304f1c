import type { Handler, Route } from '../call.ts'
import { scriptRoutes } from '../routes.ts'
import { PARAMETERS as BALANCE, type BalanceServices, createBalance } from './balance.ts'
import { createDocumentsScript, PARAMETERS as DOCUMENTS, type DocumentsServices } from './documents.ts'
import { createDownloads, PARAMETERS as DOWNLOADS, type DownloadsServices } from './downloads.ts'
import { createGet, PARAMETERS as GET, type GetServices } from './get.ts'
import { createGetMnp, PARAMETERS as GET_MNP } from './get-mnp.ts'
import { createInfo, PARAMETERS as INFO, type InfoServices } from './info.ts'
import { createOpTemplates, PARAMETERS as OP_TEMPLATES, type OpTemplatesServices } from './op-templates.ts'
import type { Parameter } from './parameters.ts'
import { createPhones, type PhonesServices } from './phones.ts'
import { PARAMETERS as PHONES } from './phones-parameters.ts'
import { createSend, type SendServices } from './send.ts'
import { PARAMETERS as SEND } from './send-parameters.ts'
import { createStatus, PARAMETERS as STATUS, type StatusServices } from './status.ts'
import { createTemplatesScript, PARAMETERS as TEMPLATES, type TemplatesServices } from './templates.ts'
import { createTinyurls, PARAMETERS as TINYURLS, type TinyurlsServices } from './tinyurls.ts'
import { createUsers, type UsersServices } from './users.ts'
import { PARAMETERS as USERS } from './users-parameters.ts'

/** What the scripts of the SMSC API do their work with. */
export type SysServices = SendServices &
  StatusServices &
  BalanceServices &
  GetServices &
  InfoServices &
  PhonesServices &
  TinyurlsServices &
  TemplatesServices &
  OpTemplatesServices &
  UsersServices &
  DownloadsServices &
  DocumentsServices

/** A script: what it understands, and how it is made. */
export interface Script {
  readonly parameters: readonly Parameter[]
  readonly create: (services: SysServices) => Handler
}

/** Every script of the SMSC API by its name, which is that of its page too. */
export const SCRIPTS: Readonly<Record<string, Script>> = {
  send: { parameters: SEND, create: createSend },
  status: { parameters: STATUS, create: createStatus },
  balance: { parameters: BALANCE, create: createBalance },
  info: { parameters: INFO, create: createInfo },
  get: { parameters: GET, create: createGet },
  get_mnp: { parameters: GET_MNP, create: createGetMnp },
  phones: { parameters: PHONES, create: createPhones },
  tinyurls: { parameters: TINYURLS, create: createTinyurls },
  templates: { parameters: TEMPLATES, create: createTemplatesScript },
  users: { parameters: USERS, create: createUsers },
  documents: { parameters: DOCUMENTS, create: createDocumentsScript },
  op_templates: { parameters: OP_TEMPLATES, create: createOpTemplates },
  downloads: { parameters: DOWNLOADS, create: createDownloads },
}

/** Every script, where clients look for it. */
export const sysRoutes = (services: SysServices): Route[] =>
  Object.entries(SCRIPTS).flatMap(([name, { create }]) => scriptRoutes(name, create(services)))
