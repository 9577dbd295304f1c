import type { Account, AccountSettings } from '../../src/domain/account.ts'
import { lookUp } from '../../src/domain/number/plan.ts'
import type { Route } from '../../src/domain/route.ts'
import { compileRoutes } from '../../src/domain/route-table.ts'
import { makeAccept } from '../../src/lifecycle/accept.ts'
import type { House } from '../../src/lifecycle/compose.ts'
import { makeCountDay } from '../../src/lifecycle/day-limits.ts'
import type { SendRequest } from '../../src/lifecycle/request.ts'
import type { MessageStore } from './message-store.ts'
import { openRig } from './path.ts'

/** One plain message, in which only what is named differs. */
export const requestOf = (account: Account, phones: readonly string[], of: Partial<SendRequest> = {}): SendRequest => ({
  account,
  channel: 'sms',
  lines: [{ phones, text: 'Hello', comment: '', sender: undefined, dueAtMs: 0 }],
  sender: undefined,
  ref: undefined,
  octets: undefined,
  dcs: undefined,
  pid: 0,
  translit: 0,
  shortenLinks: false,
  partsMax: 0,
  validityMs: 86_400_000,
  spread: undefined,
  bot: undefined,
  hash: 0n,
  ...of,
})

/** Requests are accepted as by a node, on a clock of the test's own. */
export async function acceptingScene(
  db: MessageStore,
  of: { nowMs?: number; house?: Partial<House>; routes?: readonly Omit<Route, 'id' | 'carrierId'>[] } = {},
) {
  const { routes } = of
  const rig = openRig(
    db,
    routes && {
      routes: (carriers) =>
        compileRoutes({
          routes: [...carriers.keys()].flatMap((carrierId) => routes.map((route, id) => ({ ...route, id, carrierId }))),
        }),
    },
  )
  await rig.carrier({ window: 0 })
  const clock = { nowMs: of.nowMs ?? Date.now() }
  const now = () => clock.nowMs
  const house: House = {
    profile: 'russia',
    lookUp,
    newLink: () => ({ code: 'code', link: 'https://go.example/code' }),
    now,
    ...of.house,
  }
  const node = () =>
    makeAccept({
      catalogue: rig.catalogue,
      house,
      numbering: { hasNoPorted: () => true, lookUp, ported: async () => new Map() },
      commits: rig.commits,
      takeId: () => rig.ids.next(),
      funds: async () => ({ available: 1_000_000_000_000n, electronic: 0n }),
      hasRoom: () => true,
      isOver: () => false,
      guard: () => {},
      countDay: makeCountDay(db.store.session, now),
    })
  const own = node()
  return {
    ...rig,
    ...own,
    clock,
    /** As another node, or this one after a restart, takes requests. */
    another: node,
    /** An account with these settings. */
    async account(settings: AccountSettings, wish: Parameters<MessageStore['account']>[0] = {}): Promise<Account> {
      return { ...(await db.account(wish)), settings }
    },
    /** `status/err` of each recipient. */
    async verdicts(account: Account, phones: readonly string[], request: Partial<SendRequest> = {}, accept = own.accept) {
      const { recipients } = await accept(requestOf(account, phones, request))
      return recipients.map(({ status, err }) => `${status}/${err}`)
    },
  }
}
