import { CHANNELS, type Channel } from '../domain/channel.ts'
import { Refusal } from '../domain/refusal.ts'
import type { Session } from '../store/session.ts'
import type { CatalogueStore, createCarriers } from './carriers.ts'
import type { Routes } from './routes.ts'
import { createSellers } from './seller.ts'
import type { Tariffs } from './tariffs.ts'

/** Whom simulated people answer when the sender is a name. */
const PHONE = '79070009999'

export const SANDBOX = { login: 'demo', password: 'demo', balance: '1000.00', carrier: 'simulator' } as const

/** Prices of one message in the sandbox, near what such messages cost. */
const PRICES: Readonly<Record<Channel, string>> = {
  sms: '1.00',
  flash: '1.00',
  bin: '1.00',
  push: '1.00',
  hlr: '0.20',
  ping: '0.40',
  mms: '5.00',
  call: '1.50',
  mail: '0.05',
  viber: '0.90',
  soc: '0.30',
  tg: '0.30',
  bot: '0.10',
}

export interface SandboxParts {
  readonly kinds: CatalogueStore['kinds']
  readonly addAccount: (account: {
    login: string
    password: string
    balance: string
    settings: Readonly<Record<string, number>>
  }) => Promise<unknown>
  readonly carriers: Pick<ReturnType<typeof createCarriers>, 'add' | 'list'>
  readonly routes: Pick<Routes, 'add' | 'list'>
  readonly tariffs: Pick<Tariffs, 'set' | 'list'>
  readonly session: Session
}

/** Whom invoices of the sandbox are from. */
const SELLER = {
  ...{
    name: 'ООО «Пример»',
    nameEn: 'Example LLC',
    details: 'ИНН 7700000000, КПП 770001001, 101000, г. Москва, ул. Примерная, д. 1',
  },
  ...{ detailsEn: 'TIN 7700000000, 1 Primernaya St., Moscow, 101000', vat: 20 },
  bank: 'р/с 40702810000000000000 в АО «Образцовый банк», БИК 044525000, к/с 30101810000000000000',
  bankEn: 'account 40702810000000000000 with Sample Bank, BIC 044525000',
  ...{ signatory: 'Генеральный директор Образцов О. О.', signatoryEn: 'O. Obraztsov, director' },
}

/**
 * What a developer finds at the first start: an account, prices, a carrier that is not there and a way to it.
 * Taken again it adds only what is missing, and leaves what was changed as it is. The routes have priority 0:
 * a message that any other route matches never falls back to the simulator.
 */
export async function seedSandbox({ kinds, addAccount, carriers, routes, tariffs, session }: SandboxParts): Promise<void> {
  const channels = Object.keys(CHANNELS) as Channel[]
  const [tariff] = await tariffs.list('default')
  for (const channel of channels) {
    const priced = tariff?.prices.some((price) => price.channel === channel)
    if (!priced) await tariffs.set({ channel, default: true, price: PRICES[channel] })
  }

  const { login, password, balance, carrier } = SANDBOX
  await addAccount({ login, password, balance, settings: { 'fl[2]': 1 } }).catch(unlessThere)

  const sellers = createSellers(session)
  if ((await sellers.show()).name === '') await sellers.set(SELLER)

  const known = (await carriers.list()).some(({ name }) => name === carrier)
  // A simulated receipt that a restart lost is asked for a minute later, so nothing in a sandbox hangs.
  if (!known) await carriers.add(carrier, carrier, { queryAfterMinutes: 1, settings: { replyTo: PHONE } }).catch(unlessThere)
  const routed = (await routes.list()).filter((route) => route.carrier === carrier).map((route) => route.channel)
  const simulator = kinds[carrier]
  const carried = simulator?.carries(simulator.settings.parse({})) ?? []
  for (const channel of channels) {
    if (!routed.includes(channel) && carried.includes(channel)) {
      await routes.add({ carrier, channel, priority: 0 }).catch(unlessThere)
    }
  }
}

/** Another node may seed at the same moment. */
function unlessThere(error: unknown): void {
  if (!(error instanceof Refusal && error.code === 'duplicate')) throw error
}
