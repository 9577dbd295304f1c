import { COMMON_PARAMETERS, type Parameter } from './parameters.ts'

/** Every parameter of send.php, as docs/api/send.md lists them. */
export const PARAMETERS = [
  ...COMMON_PARAMETERS,
  {
    name: 'phones',
    meaning: 'recipients between `,` or `;`: numbers in any spelling, e-mail addresses, `@names`, `#ids`, `G12` for a group',
  },
  { name: 'mes', meaning: 'the text, at most 1000 characters; `LF ~~~ LF comment` at its end is kept for the history only' },
  {
    name: 'list',
    meaning:
      'lines `phones:text`, `sender|phones:text` or `sender,tz|phones:text` instead of `phones` and `mes`; `\\n` in a text is a line feed',
  },
  { name: 'nl', meaning: '1: texts of `list` may hold real line feeds', octetsMax: 10 },
  {
    name: 'id',
    meaning:
      'your message id: 1 to 2147483647, or at most 40 of `A-Z a-z 0-9 . _ -`; 0, empty or absent: the next number of the account',
    octetsMax: 100,
  },
  {
    name: 'sender',
    meaning:
      "sender name, one of the account's where only those may be used ([senders.php](senders.md)); empty or `.`: none, not even the account's default",
    octetsMax: 300,
  },
  { name: 'translit', meaning: '1: write Cyrillic in Latin letters; 2: in Latin letters that look alike', octetsMax: 10 },
  { name: 'tinyurl', meaning: '1: replace links in the text by short ones and count their clicks', octetsMax: 10 },
  {
    name: 'time',
    meaning: 'when to send: `DDMMYYhhmm`, `DD.MM.YY hh:mm`, hours `h1-h2`, `0` and Unix seconds, `+` and minutes; 0 or past: now',
    octetsMax: 100,
  },
  { name: 'tz', meaning: "time zone of `time`, in hours from Moscow; absent: the account's", octetsMax: 10 },
  { name: 'period', meaning: 'spread the recipients over 0.1 to 720 hours', octetsMax: 20 },
  { name: 'freq', meaning: 'minutes between the portions of `period`, 1 to 1440; 60 by default', octetsMax: 20 },
  { name: 'flash', meaning: '1: flash SMS', octetsMax: 10 },
  {
    name: 'bin',
    meaning:
      '1: binary, the octets in `mes`; 2: in hexadecimal. UDH with its length first, or 00; the comment may be `pid: N, dcs: N`',
    octetsMax: 10,
  },
  { name: 'push', meaning: '1: WAP push, `mes` is the address, LF, the title', octetsMax: 10 },
  { name: 'hlr', meaning: '1: HLR look-up, without `mes`', octetsMax: 10 },
  { name: 'ping', meaning: '1: silent SMS, without `mes`', octetsMax: 10 },
  { name: 'mms', meaning: '1: MMS, with `subj` or `mes`', octetsMax: 10 },
  { name: 'mail', meaning: '1: e-mail, with `subj`, `mes` and `sender`', octetsMax: 10 },
  { name: 'call', meaning: '1: voice call', octetsMax: 10 },
  { name: 'viber', meaning: '1: Viber message', octetsMax: 10 },
  { name: 'tg', meaning: '1: Telegram message with a code', octetsMax: 10 },
  { name: 'soc', meaning: '1: social network', octetsMax: 10 },
  { name: 'whatsapp', meaning: '1: WhatsApp message', octetsMax: 10 },
  { name: 'bot', meaning: '`@name_bot`, or `wa:` and a number: message by that bot', octetsMax: 300 },
  { name: 'subj', meaning: 'subject of an e-mail or MMS', octetsMax: 6000 },
  { name: 'voice', meaning: 'voice of a call: accepted', octetsMax: 100 },
  { name: 'param', meaning: 'waits and attempts of a call: accepted', octetsMax: 100 },
  { name: 'smsreq', meaning: 'days, for a Telegram bot: accepted', octetsMax: 20 },
  { name: 'fileurl', meaning: 'address of a file to attach: accepted', octetsMax: 6000 },
  { name: 'valid', meaning: 'validity: 1 to 24 hours, or `hh:mm`; 24 by default', octetsMax: 20 },
  { name: 'maxsms', meaning: 'cut the text to at most this many parts', octetsMax: 10 },
  {
    name: 'cost',
    meaning: '1: tell the price and send nothing; 2: send and tell the price; 3: and the new balance',
    octetsMax: 10,
  },
  { name: 'op', meaning: '1: list all numbers with MCC+MNC and price, the refused with status and error', octetsMax: 10 },
  { name: 'err', meaning: '1: list the refused numbers', octetsMax: 10 },
  { name: 'imgcode', meaning: "the end user's answer to a captcha: accepted", octetsMax: 300 },
  { name: 'userip', meaning: "the end user's address: counts in the account's daily limit for one address", octetsMax: 300 },
  { name: 'pp', meaning: 'partner: accepted', octetsMax: 300 },
] as const satisfies readonly Parameter[]
