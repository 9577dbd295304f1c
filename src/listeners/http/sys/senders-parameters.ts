import { COMMON_PARAMETERS, type Parameter } from './parameters.ts'

const flag = (name: string, meaning: string, ru: string): Parameter => ({ name, meaning, ru, octetsMax: 10 })
const text = (name: string, meaning: string, ru: string, octetsMax = 5_000): Parameter => ({ name, meaning, ru, octetsMax })

/** Registrations at operators that are asked for, by whom; kept, and shown to the moderator. */
export const OPERATOR_FLAGS: readonly Parameter[] = [
  ...(
    [
      ['mts', 'MTS', 'МТС', ['', '_step', '_int']],
      ['mega', 'MegaFon', 'МегаФон', ['', '_step', '_int']],
      ['bee', 'Beeline', 'Билайн', ['_step']],
      ['tele2', 'Tele2', 'Tele2', ['', '_step']],
      ['motiv', 'Motiv', 'Мотив', ['', '_step', '_int']],
      ['sber', 'SberMobile', 'СберМобайл', ['_step']],
      ['winmob', 'Win mobile', 'Win mobile', ['_step']],
      ['volnamob', 'Volna mobile', 'Волна мобайл', ['_step']],
    ] as const
  ).flatMap(([name, operator, russian, endings]) =>
    endings.map((ending) =>
      ending === '_int'
        ? flag(
            `${name}_int`,
            `1: ${operator} may put a common name in its place`,
            `1 – ${russian}: разрешена замена на общее имя`,
          )
        : flag(
            `${name}${ending}`,
            `1: to be registered at ${operator}${ending === '' ? '' : ', paid'}`,
            `1 – зарегистрировать имя: ${russian}${ending === '' ? '' : ', платно'}`,
          ),
    ),
  ),
  flag('ua_reg', '1: to be registered in Ukraine at the national rate', '1 – зарегистрировать на Украине, национальный тариф'),
  flag('ua_int', '1: in Ukraine at the international rate', '1 – на Украине, международный тариф'),
  flag('by_reg', '1: in Belarus at the national rate', '1 – в Беларуси, национальный тариф'),
]

/** What operators want to know of whoever sends; kept, and shown to the moderator. */
export const OPERATOR_TEXTS: readonly Parameter[] = [
  text('fio', 'legal name of the company (Ukraine)', 'юридическое название (Украина)'),
  text('inn', 'its tax number', 'её налоговый номер (ИНН)'),
  text('site', 'its site', 'её сайт'),
  text('email', 'its e-mail address', 'её адрес e-mail'),
  text('address', 'its address', 'её адрес'),
  text('desc', 'what the messages are about', 'о чём сообщения'),
  text('subj', 'their subject', 'их тематика'),
  text('by_fio', 'legal name (Belarus)', 'юридическое название (Беларусь)'),
  text('by_inn', 'tax number (Belarus)', 'УНП (Беларусь)'),
  text('by_address', 'address (Belarus)', 'адрес (Беларусь)'),
  text('by_ocup', 'field of activity (Belarus)', 'вид деятельности (Беларусь)'),
]

/** Every parameter of senders.php, as docs/api/senders.md lists them. */
export const PARAMETERS: readonly Parameter[] = [
  ...COMMON_PARAMETERS,
  flag('get', '1: list the names', '1 – список имён'),
  flag('add', '1: register a name', '1 – зарегистрировать имя'),
  flag('chg', '1: change a name', '1 – изменить имя'),
  flag('send_code', '1: send a code to a number that is to be a name', '1 – отправить код на номер, который станет именем'),
  flag('check_code', '1: confirm that number by the code', '1 – подтвердить этот номер кодом'),
  flag('del', '1: delete a name', '1 – удалить имя'),
  flag(
    'get_doc',
    '1: list the documents of a name, or hand out the one that `doc` names (our extension)',
    '1 – документы имени, а с `doc` – сам документ (наше дополнение)',
  ),
  text(
    'sender',
    'the name: up to 11 Latin letters, digits, spaces and symbols; a number of up to 15 digits; with `mail=1` an e-mail address',
    'имя: до 11 латинских букв, цифр, пробелов и знаков; номер до 15 цифр; с `mail=1` – адрес e-mail',
    1_000,
  ),
  text('id', 'number of the name, instead of `sender`', 'номер имени вместо `sender`', 100),
  text(
    'cmt',
    'comment, for the moderator and yourself: needed with `add` and not empty, at most 1000 characters',
    'комментарий для модератора и для себя: для `add` обязателен и не пуст, до 1000 знаков',
    10_000,
  ),
  flag('mail', '1: an e-mail address; with `get` those alone', '1 – адрес e-mail; для `get` – только они'),
  text('name', 'with `mail=1`: whose address it is, at most 200 characters', 'с `mail=1`: чей это адрес, до 200 знаков', 2_000),
  text('code', 'with `check_code`: the four digits', 'для `check_code`: четыре цифры', 20),
  text(
    'site_name',
    'with `send_code`: stands behind the code in the message, at most 30 characters',
    'для `send_code`: стоит в сообщении после кода, до 30 знаков',
    1_000,
  ),
  text(
    'user',
    'login of a sub-client of yours, whose names it is about',
    'логин субклиента, об именах которого идёт речь',
    1_000,
  ),
  flag(
    'all',
    '1: names that are not in use too, with everything about them',
    '1 – все имена, не только действующие, с подробностями',
  ),
  flag('operators', '1: with their statuses at the operators', '1 – со статусами у операторов'),
  text(
    'from_date',
    'with `get`: names whose status at an operator changed since that day, `dd.mm.yyyy`',
    'для `get`: имена, статус которых у оператора изменился с этого дня, `дд.мм.гггг`',
    30,
  ),
  text('prev_id', 'with `get`: only names with a higher id than this', 'для `get`: только имена с большим номером', 100),
  text(
    'cnt',
    'with `get`: at most so many, 1 to 1000; all without it',
    'для `get`: не больше стольких, от 1 до 1000; без него – все',
    100,
  ),
  text('doc_info', 'what the posted file is, at most 1000 characters', 'что в отправленном файле, до 1000 знаков', 10_000),
  text('doc', 'with `get_doc`: number of the document (our extension)', 'для `get_doc`: номер документа (наше дополнение)', 100),
  ...OPERATOR_FLAGS,
  ...OPERATOR_TEXTS,
]
