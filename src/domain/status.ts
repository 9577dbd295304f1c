import type { RefusalCode } from './refusal.ts'

/** What the API says became of a message (status codes of the SMSC API). Programs know these numbers and throw on others. */
interface Status {
  readonly name: string // in Russian
  readonly nameEn: string
  readonly final: boolean
}

// biome-ignore format: a table reads better in columns
export const STATUSES = {
  [-3]: { name: 'Сообщение не найдено',     nameEn: 'Message not found',           final: false },
  [-2]: { name: 'Остановлено',              nameEn: 'Stopped',                     final: false },
  [-1]: { name: 'Ожидает отправки',         nameEn: 'Waiting to be sent',          final: false },
  0:    { name: 'Передано оператору',       nameEn: 'Passed to the operator',      final: false },
  1:    { name: 'Доставлено',               nameEn: 'Delivered',                   final: true },
  2:    { name: 'Прочитано',                nameEn: 'Read',                        final: true },
  3:    { name: 'Просрочено',               nameEn: 'Expired',                     final: true },
  4:    { name: 'Нажата ссылка',            nameEn: 'Link clicked',                final: true },
  20:   { name: 'Невозможно доставить',     nameEn: 'Cannot be delivered',         final: true },
  22:   { name: 'Неверный номер',           nameEn: 'Wrong number',                final: true },
  23:   { name: 'Запрещено',                nameEn: 'Denied',                      final: true },
  24:   { name: 'Недостаточно средств',     nameEn: 'Not enough money',            final: true },
  25:   { name: 'Недоступный номер',        nameEn: 'Unavailable number',          final: true },
} as const satisfies Record<number, Status>

export type StatusCode = keyof typeof STATUSES

/** Why: `err` of a status and `error` of a refused number. */
interface DeliveryError {
  readonly name: string // in Russian
  readonly nameEn: string
  /** The status it usually comes with. */
  readonly status: StatusCode
}

// biome-ignore format: a table reads better in columns
export const DELIVERY_ERRORS = {
  0:   { name: 'Нет ошибки',                   nameEn: 'No error',                           status: 1 },
  1:   { name: 'Абонент не существует',        nameEn: 'Subscriber does not exist',          status: 20 },
  2:   { name: 'Переполнен почтовый ящик',     nameEn: 'Mailbox is full',                    status: 20 },
  3:   { name: 'Сервер получателя не найден',  nameEn: 'Mail server not found',              status: 20 },
  4:   { name: 'Почтовый ящик заблокирован',   nameEn: 'Mailbox is blocked',                 status: 20 },
  6:   { name: 'Абонент не в сети',            nameEn: 'Subscriber is out of reach',         status: 3 },
  11:  { name: 'Не подключена услуга',         nameEn: 'Subscriber has no SMS service',      status: 20 },
  12:  { name: 'Ошибка в телефоне абонента',   nameEn: 'Error in the handset or SIM',        status: 20 },
  13:  { name: 'Абонент заблокирован',         nameEn: 'Subscriber is blocked',              status: 20 },
  21:  { name: 'Нет поддержки сервиса',        nameEn: 'Handset does not support this',      status: 20 },
  200: { name: 'Виртуальная отправка',         nameEn: 'Virtual sending',                    status: 1 },
  219: { name: 'Замена sim-карты',             nameEn: 'SIM was just replaced',              status: 20 },
  220: { name: 'Переполнена очередь у оператора', nameEn: 'Queue of the operator is full',   status: 20 },
  237: { name: 'Абонент не отвечает',          nameEn: 'Call not answered',                  status: 20 },
  238: { name: 'Нет шаблона',                  nameEn: 'No matching template',               status: 23 },
  239: { name: 'Запрещенный ip-адрес',         nameEn: 'IP address not allowed',             status: 23 },
  240: { name: 'Абонент занят',                nameEn: 'Line is busy',                       status: 20 },
  241: { name: 'Ошибка конвертации',           nameEn: 'Conversion error',                   status: 20 },
  242: { name: 'Зафиксирован автоответчик',    nameEn: 'Answering machine',                  status: 20 },
  243: { name: 'Не заключен договор',          nameEn: 'No contract for mailings',           status: 23 },
  244: { name: 'Рассылка запрещена',           nameEn: 'Mailing forbidden',                  status: 23 },
  245: { name: 'Статус не получен',            nameEn: 'No delivery report came',            status: 20 },
  246: { name: 'Ограничение по времени',       nameEn: 'Outside the allowed hours',          status: 23 },
  247: { name: 'Превышен лимит сообщений',     nameEn: 'Daily limit exceeded',               status: 23 },
  248: { name: 'Нет маршрута',                 nameEn: 'No route',                           status: 25 },
  249: { name: 'Неверный формат номера',       nameEn: 'Wrong number format',                status: 22 },
  250: { name: 'Номер запрещен настройками',   nameEn: 'Number excluded by settings',        status: 23 },
  251: { name: 'Превышен лимит на один номер', nameEn: 'Limit for one number exceeded',      status: 23 },
  252: { name: 'Номер запрещен',               nameEn: 'Number forbidden',                   status: 23 },
  253: { name: 'Запрещено спам-фильтром',      nameEn: 'Denied by the spam filter',          status: 23 },
  254: { name: 'Незарегистрированный sender id', nameEn: 'Sender is not registered',         status: 23 },
  255: { name: 'Отклонено оператором',         nameEn: 'Rejected by the operator',           status: 20 },
} as const satisfies Record<number, DeliveryError>

export type DeliveryErrorCode = keyof typeof DELIVERY_ERRORS

export type Language = 'ru' | 'en'

export const isStatusCode = (code: number): code is StatusCode => Object.hasOwn(STATUSES, code)
export const isDeliveryErrorCode = (code: number): code is DeliveryErrorCode => Object.hasOwn(DELIVERY_ERRORS, code)

/** `status_name`; empty for a code that does not exist. */
export const statusName = (code: number, language: Language = 'ru'): string =>
  isStatusCode(code) ? STATUSES[code][language === 'ru' ? 'name' : 'nameEn'] : ''

/** `status_name` of a message that is held until its sending hours begin; `clock`: when that is, as people read it. */
export const heldName = (code: number, clock: string, language: Language = 'ru'): string =>
  `${statusName(code, language)} (${language === 'ru' ? 'отложено до' : 'held until'} ${clock})`

/** The name of an `err`; empty for a code that does not exist. */
export const deliveryErrorName = (code: number, language: Language = 'ru'): string =>
  isDeliveryErrorCode(code) ? DELIVERY_ERRORS[code][language === 'ru' ? 'name' : 'nameEn'] : ''

/** Whether no further status is to come. (Delivered may still become read or clicked.) */
export const isFinal = (code: number): boolean => isStatusCode(code) && STATUSES[code].final

/** The status a delivery error usually comes with. */
export const statusOfError = (code: DeliveryErrorCode): StatusCode => DELIVERY_ERRORS[code].status

/** What the whole request is refused with when its first number got this status and no number was accepted. */
export const refusalOfStatus = (code: 22 | 23 | 24 | 25): RefusalCode => REFUSAL_OF_STATUS[code]

const REFUSAL_OF_STATUS = {
  22: 'bad_number',
  23: 'denied',
  24: 'insufficient_funds',
  25: 'no_route',
} as const satisfies Record<number, RefusalCode>
