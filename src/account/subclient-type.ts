import type { MainAccount } from '../store/subclients.ts'
import type { TariffRow } from '../store/tariffs.ts'

/** 0 own tariff and balance, 1 own balance, 2 the main account's tariff and balance, 3 own tariff, 4 an additional login (users.php, type). */
export const SUBCLIENT_TYPE_MAX = 4

export const ADDITIONAL_LOGIN = 4

export const hasOwnTariff = (type: number): boolean => type === 0 || type === 3
export const hasOwnBalance = (type: number): boolean => type === 0 || type === 1

/** Who pays for a sub-client, by which tariff, and whose data it works with. `own`: its tariff, where its type has one. */
export function placeUnder(
  main: Pick<MainAccount, 'id' | 'payerId' | 'tariffId' | 'currency'>,
  type: number,
  own?: Pick<TariffRow, 'id' | 'currency'>,
) {
  const { id: tariffId, currency } = own ?? { id: main.tariffId, currency: main.currency }
  return {
    payerId: hasOwnBalance(type) ? undefined : main.payerId,
    sameAs: type === ADDITIONAL_LOGIN ? main.id : undefined,
    tariffId,
    currency,
  }
}
