import { COMMON_PARAMETERS, type Parameter } from './parameters.ts'

/** Every parameter of send.php, as docs/api/send.md lists them. */
export const PARAMETERS = [
  ...COMMON_PARAMETERS,
  {
    name: 'phones',
    meaning: 'recipients between `,` or `;`: numbers in any spelling, e-mail addresses, `@names`, `#ids`, `G12` for a group',
    ru: 'получатели через `,` или `;`: номера в любом написании, адреса e-mail, `@имена`, `#id`, `G12` – группа',
  },
  {
    name: 'mes',
    meaning: 'the text, at most 1000 characters; `LF ~~~ LF comment` at its end is kept for the history only',
    ru: 'текст, не более 1000 знаков; `LF ~~~ LF комментарий` в его конце остаётся только в истории',
  },
  {
    name: 'list',
    meaning:
      'lines `phones:text`, `sender|phones:text` or `sender,tz|phones:text` instead of `phones` and `mes`; `\\n` in a text is a line feed',
    ru: 'строки `номера:текст`, `отправитель|номера:текст` или `отправитель,tz|номера:текст` вместо `phones` и `mes`; `\\n` в тексте – перевод строки',
  },
  {
    name: 'nl',
    meaning: '1: texts of `list` may hold real line feeds',
    ru: '1 – в текстах `list` возможны настоящие переводы строк',
    octetsMax: 10,
  },
  {
    name: 'id',
    meaning:
      'your message id: 1 to 2147483647, or at most 40 of `A-Z a-z 0-9 . _ -`; 0, empty or absent: the next number of the account',
    ru: 'ваш номер сообщения: от 1 до 2147483647 либо не более 40 знаков из `A-Z a-z 0-9 . _ -`; 0, пусто или без него – следующий номер клиента',
    octetsMax: 100,
  },
  {
    name: 'sender',
    meaning:
      "sender name, one of the account's where only those may be used ([senders.php](senders.md)); empty or `.`: none, not even the account's default",
    ru: 'имя отправителя; если разрешены только имена клиента – одно из них ([senders.php](senders.ru.md)); пусто или `.` – без имени, даже без имени по умолчанию',
    octetsMax: 300,
  },
  {
    name: 'translit',
    meaning: '1: write Cyrillic in Latin letters; 2: in Latin letters that look alike',
    ru: '1 – кириллица латинскими буквами; 2 – похожими латинскими буквами',
    octetsMax: 10,
  },
  {
    name: 'tinyurl',
    meaning: '1: replace links in the text by short ones and count their clicks',
    ru: '1 – заменить ссылки в тексте короткими и считать переходы по ним',
    octetsMax: 10,
  },
  {
    name: 'time',
    meaning: 'when to send: `DDMMYYhhmm`, `DD.MM.YY hh:mm`, hours `h1-h2`, `0` and Unix seconds, `+` and minutes; 0 or past: now',
    ru: 'когда отправить: `ДДММГГччмм`, `ДД.ММ.ГГ чч:мм`, часы `h1-h2`, `0` и секунды Unix, `+` и минуты; 0 или прошедшее время – сразу',
    octetsMax: 100,
  },
  {
    name: 'tz',
    meaning: "time zone of `time`, in hours from Moscow; absent: the account's",
    ru: 'часовой пояс `time` в часах от Москвы; без него – пояс клиента',
    octetsMax: 10,
  },
  {
    name: 'period',
    meaning: 'spread the recipients over 0.1 to 720 hours',
    ru: 'распределить получателей на 0,1–720 часов',
    octetsMax: 20,
  },
  {
    name: 'freq',
    meaning: 'minutes between the portions of `period`, 1 to 1440; 60 by default',
    ru: 'минут между порциями `period`, от 1 до 1440; по умолчанию 60',
    octetsMax: 20,
  },
  { name: 'flash', meaning: '1: flash SMS', ru: '1 – сообщение flash-SMS', octetsMax: 10 },
  {
    name: 'bin',
    meaning:
      '1: binary, the octets in `mes`; 2: in hexadecimal. UDH with its length first, or 00; the comment may be `pid: N, dcs: N`',
    ru: '1 – двоичное сообщение, октеты в `mes`; 2 – в шестнадцатеричном виде. В начале UDH с длиной или 00; комментарий может быть `pid: N, dcs: N`',
    octetsMax: 10,
  },
  {
    name: 'push',
    meaning: '1: WAP push, `mes` is the address, LF, the title',
    ru: '1 – сообщение WAP-push, в `mes` адрес, LF, заголовок',
    octetsMax: 10,
  },
  { name: 'hlr', meaning: '1: HLR look-up, without `mes`', ru: '1 – HLR-запрос, без `mes`', octetsMax: 10 },
  { name: 'ping', meaning: '1: silent SMS, without `mes`', ru: '1 – невидимое сообщение Ping-SMS, без `mes`', octetsMax: 10 },
  { name: 'mms', meaning: '1: MMS, with `subj` or `mes`', ru: '1 – сообщение MMS, с `subj` или `mes`', octetsMax: 10 },
  {
    name: 'mail',
    meaning: '1: e-mail, with `subj`, `mes` and `sender`',
    ru: '1 – письмо e-mail, с `subj`, `mes` и `sender`',
    octetsMax: 10,
  },
  { name: 'call', meaning: '1: voice call', ru: '1 – голосовой вызов', octetsMax: 10 },
  { name: 'viber', meaning: '1: Viber message', ru: '1 – сообщение Viber', octetsMax: 10 },
  { name: 'tg', meaning: '1: Telegram message with a code', ru: '1 – сообщение с кодом в Telegram', octetsMax: 10 },
  { name: 'soc', meaning: '1: social network', ru: '1 – социальные сети', octetsMax: 10 },
  { name: 'whatsapp', meaning: '1: WhatsApp message', ru: '1 – сообщение WhatsApp', octetsMax: 10 },
  {
    name: 'bot',
    meaning: '`@name_bot`, or `wa:` and a number: message by that bot',
    ru: '`@name_bot` или `wa:` и номер: сообщение от этого бота',
    octetsMax: 300,
  },
  { name: 'subj', meaning: 'subject of an e-mail or MMS', ru: 'тема e-mail или MMS', octetsMax: 6000 },
  { name: 'voice', meaning: 'voice of a call: accepted', ru: 'голос вызова: принимается', octetsMax: 100 },
  {
    name: 'param',
    meaning: 'waits and attempts of a call: accepted',
    ru: 'ожидание и попытки вызова: принимается',
    octetsMax: 100,
  },
  {
    name: 'smsreq',
    meaning: 'days, for a Telegram bot: accepted',
    ru: 'срок в днях, для бота Telegram: принимается',
    octetsMax: 20,
  },
  {
    name: 'fileurl',
    meaning: 'address of a file to attach: accepted',
    ru: 'адрес файла, который нужно приложить: принимается',
    octetsMax: 6000,
  },
  {
    name: 'valid',
    meaning: 'validity: 1 to 24 hours, or `hh:mm`; 24 by default',
    ru: 'срок жизни: от 1 до 24 часов или `чч:мм`; по умолчанию 24',
    octetsMax: 20,
  },
  { name: 'maxsms', meaning: 'cut the text to at most this many parts', ru: 'сократить текст до стольких частей', octetsMax: 10 },
  {
    name: 'cost',
    meaning: '1: tell the price and send nothing; 2: send and tell the price; 3: and the new balance',
    ru: '1 – сообщить стоимость и ничего не отправлять; 2 – отправить и сообщить стоимость; 3 – ещё и новый баланс',
    octetsMax: 10,
  },
  {
    name: 'op',
    meaning: '1: list all numbers with MCC+MNC and price, the refused with status and error',
    ru: '1 – список всех номеров с MCC+MNC и ценой, у отклонённых – статус и ошибка',
    octetsMax: 10,
  },
  { name: 'err', meaning: '1: list the refused numbers', ru: '1 – список отклонённых номеров', octetsMax: 10 },
  {
    name: 'imgcode',
    meaning: "the end user's answer to a captcha: accepted",
    ru: 'ответ посетителя на капчу: принимается',
    octetsMax: 300,
  },
  {
    name: 'userip',
    meaning: "the end user's address: counts in the account's daily limit for one address",
    ru: 'IP-адрес посетителя: учитывается в дневном лимите клиента на один адрес',
    octetsMax: 300,
  },
  { name: 'pp', meaning: 'partner: accepted', ru: 'код партнёра: принимается', octetsMax: 300 },
] as const satisfies readonly Parameter[]
