import { COMMON_PARAMETERS, type Parameter } from './parameters.ts'

/** Every parameter of phones.php, as docs/api/phones.md lists them. */
export const PARAMETERS = [
  ...COMMON_PARAMETERS,
  { name: 'add', meaning: '1: add a contact', ru: '1 – добавить контакт', octetsMax: 10 },
  { name: 'add_group', meaning: '1: add a group', ru: '1 – добавить группу', octetsMax: 10 },
  { name: 'chg', meaning: '1: change contacts', ru: '1 – изменить контакты', octetsMax: 10 },
  { name: 'chg_group', meaning: '1: rename a group', ru: '1 – переименовать группу', octetsMax: 10 },
  {
    name: 'move_group',
    meaning: '1: `grp` becomes the only group of the contacts; 2: one more; 3: they leave it',
    ru: '1 – `grp` становится единственной группой контактов, 2 – ещё одной, 3 – контакты из неё убираются',
    octetsMax: 10,
  },
  { name: 'del', meaning: '1: delete contacts', ru: '1 – удалить контакты', octetsMax: 10 },
  {
    name: 'del_group',
    meaning: '1: delete a group, and its contacts that are in no other',
    ru: '1 – удалить группу и те её контакты, которых нет в других',
    octetsMax: 10,
  },
  { name: 'get', meaning: '1: list contacts', ru: '1 – список контактов', octetsMax: 10 },
  { name: 'get_group', meaning: '1: list the groups', ru: '1 – список групп', octetsMax: 10 },
  { name: 'add_black', meaning: '1: put numbers on the blacklist', ru: '1 – внести номера в чёрный список', octetsMax: 10 },
  { name: 'del_black', meaning: '1: take numbers off the blacklist', ru: '1 – убрать номера из чёрного списка', octetsMax: 10 },
  {
    name: 'get_black',
    meaning: '1: list the blacklist (our extension)',
    ru: '1 – чёрный список (наше дополнение)',
    octetsMax: 10,
  },
  {
    name: 'phone',
    meaning: 'one number or a list with any separator, at most 1000',
    ru: 'номер или список номеров через любой разделитель, не более 1000',
    octetsMax: 50_000,
  },
  {
    name: 'mail',
    meaning: 'one e-mail address or a list, instead of `phone` or beside it',
    ru: 'адрес e-mail или список адресов вместо `phone` или вместе с ним',
    octetsMax: 300_000,
  },
  {
    name: 'new_phone',
    meaning: 'with `chg`: the new number or numbers',
    ru: 'для `chg`: новый номер или номера',
    octetsMax: 50_000,
  },
  {
    name: 'new_mail',
    meaning: 'with `chg`: the new address or addresses',
    ru: 'для `chg`: новый адрес или адреса',
    octetsMax: 300_000,
  },
  {
    name: 'name',
    meaning: 'name of the contact or group, at most 200 characters',
    ru: 'имя контакта или название группы, до 200 знаков',
    octetsMax: 2_000,
  },
  {
    name: 'grp',
    meaning:
      'id of the group; with `add` and `chg` a list between commas, empty for none; with `get` a filter, 0 for contacts in none',
    ru: 'номер (id) группы; для `add` и `chg` – список через запятую, пусто – ни одной; для `get` – фильтр, 0 – контакты без группы',
    octetsMax: 2_000,
  },
  {
    name: 'num',
    meaning: 'number of the group, by which `phones=G…` of send.php names it: 1 to 999999999, no two alike',
    ru: 'номер группы, по которому её называет `phones=G…` в send.php: от 1 до 999999999, не повторяется',
    octetsMax: 100,
  },
  { name: 'lnm', meaning: 'last name, at most 100 characters', ru: 'фамилия, до 100 знаков', octetsMax: 1_000 },
  { name: 'fnm', meaning: 'first name, at most 100 characters', ru: 'имя, до 100 знаков', octetsMax: 1_000 },
  { name: 'mnm', meaning: 'middle name, at most 100 characters', ru: 'отчество, до 100 знаков', octetsMax: 1_000 },
  { name: 'bd', meaning: 'birthday, `dd.mm.yyyy`', ru: 'день рождения, `дд.мм.гггг`', octetsMax: 100 },
  {
    name: 'myid',
    meaning: 'your own id of the contact, at most 100 characters',
    ru: 'ваш номер контакта, до 100 знаков',
    octetsMax: 1_000,
  },
  { name: 'cmt', meaning: 'comment, at most 1000 characters', ru: 'комментарий, до 1000 знаков', octetsMax: 10_000 },
  {
    name: 'tags',
    meaning: 'tags with commas between, at most 500 characters',
    ru: 'метки через запятую, до 500 знаков',
    octetsMax: 5_000,
  },
  {
    name: 'pho',
    meaning: 'other numbers with commas between, kept as written, at most 1000 characters',
    ru: 'другие номера через запятую, хранятся как записаны, до 1000 знаков',
    octetsMax: 10_000,
  },
  {
    name: 'fio',
    meaning: 'with `get`: who has this in the names',
    ru: 'для `get`: у кого это есть в фамилии, имени, отчестве или имени контакта',
    octetsMax: 1_000,
  },
  {
    name: 'search',
    meaning: 'with `get`: who has this in the number, the names, the id, the comment, the tags or the other numbers',
    ru: 'для `get`: у кого это есть в номере, именах, вашем номере, комментарии, метках или других номерах',
    octetsMax: 1_000,
  },
  {
    name: 'after_id',
    meaning: 'with `get` and `get_black`: only what has a higher `int_id`',
    ru: 'для `get` и `get_black`: только записи с большим `int_id`',
    octetsMax: 100,
  },
  {
    name: 'cnt',
    meaning:
      'with `get` and `get_black`: at most so many, 1 to 10000, which is the default and to which more is cut (our extension)',
    ru: 'для `get` и `get_black`: не больше стольких, от 1 до 10000 (по умолчанию 10000, большее значение уменьшается; наше дополнение)',
    octetsMax: 100,
  },
  {
    name: 'type',
    meaning:
      'with `add_black`: 0 all messages (default), 1 mailings, 2 single messages; with `add_group`: 0 of numbers (default), 1 of e-mail addresses',
    ru: 'для `add_black`: 0 – все сообщения (по умолчанию), 1 – рассылки, 2 – одиночные; для `add_group`: 0 – номера (по умолчанию), 1 – адреса e-mail',
    octetsMax: 10,
  },
  { name: 'lmt', meaning: 'a limit of old versions: accepted', ru: 'ограничение старых версий: принимается', octetsMax: 100 },
] as const satisfies readonly Parameter[]
