import { COMMON_PARAMETERS, type Parameter } from './parameters.ts'

/** Every parameter of phones.php, as docs/api/phones.md lists them. */
export const PARAMETERS = [
  ...COMMON_PARAMETERS,
  { name: 'add', meaning: '1: add a contact', octetsMax: 10 },
  { name: 'add_group', meaning: '1: add a group', octetsMax: 10 },
  { name: 'chg', meaning: '1: change contacts', octetsMax: 10 },
  { name: 'chg_group', meaning: '1: rename a group', octetsMax: 10 },
  {
    name: 'move_group',
    meaning: '1: `grp` becomes the only group of the contacts; 2: one more; 3: they leave it',
    octetsMax: 10,
  },
  { name: 'del', meaning: '1: delete contacts', octetsMax: 10 },
  { name: 'del_group', meaning: '1: delete a group, and its contacts that are in no other', octetsMax: 10 },
  { name: 'get', meaning: '1: list contacts', octetsMax: 10 },
  { name: 'get_group', meaning: '1: list the groups', octetsMax: 10 },
  { name: 'add_black', meaning: '1: put numbers on the blacklist', octetsMax: 10 },
  { name: 'del_black', meaning: '1: take numbers off the blacklist', octetsMax: 10 },
  { name: 'get_black', meaning: '1: list the blacklist (our extension)', octetsMax: 10 },
  { name: 'phone', meaning: 'one number or a list with any separator, at most 1000', octetsMax: 50_000 },
  { name: 'mail', meaning: 'one e-mail address or a list, instead of `phone` or beside it', octetsMax: 300_000 },
  { name: 'new_phone', meaning: 'with `chg`: the new number or numbers', octetsMax: 50_000 },
  { name: 'new_mail', meaning: 'with `chg`: the new address or addresses', octetsMax: 300_000 },
  { name: 'name', meaning: 'name of the contact or group, at most 200 characters', octetsMax: 2_000 },
  {
    name: 'grp',
    meaning:
      'id of the group; with `add` and `chg` a list between commas, empty for none; with `get` a filter, 0 for contacts in none',
    octetsMax: 2_000,
  },
  {
    name: 'num',
    meaning: 'number of the group, by which `phones=G…` of send.php names it: 1 to 999999999, no two alike',
    octetsMax: 100,
  },
  { name: 'lnm', meaning: 'last name, at most 100 characters', octetsMax: 1_000 },
  { name: 'fnm', meaning: 'first name, at most 100 characters', octetsMax: 1_000 },
  { name: 'mnm', meaning: 'middle name, at most 100 characters', octetsMax: 1_000 },
  { name: 'bd', meaning: 'birthday, `dd.mm.yyyy`', octetsMax: 100 },
  { name: 'myid', meaning: 'your own id of the contact, at most 100 characters', octetsMax: 1_000 },
  { name: 'cmt', meaning: 'comment, at most 1000 characters', octetsMax: 10_000 },
  { name: 'tags', meaning: 'tags with commas between, at most 500 characters', octetsMax: 5_000 },
  { name: 'pho', meaning: 'other numbers with commas between, kept as written, at most 1000 characters', octetsMax: 10_000 },
  { name: 'fio', meaning: 'with `get`: who has this in the names', octetsMax: 1_000 },
  {
    name: 'search',
    meaning: 'with `get`: who has this in the number, the names, the id, the comment, the tags or the other numbers',
    octetsMax: 1_000,
  },
  { name: 'after_id', meaning: 'with `get` and `get_black`: only what has a higher `int_id`', octetsMax: 100 },
  {
    name: 'cnt',
    meaning: 'with `get` and `get_black`: at most so many, 1 to 10000, which is the default (our extension)',
    octetsMax: 100,
  },
  {
    name: 'type',
    meaning:
      'with `add_black`: 0 all messages (default), 1 mailings, 2 single messages; with `add_group`: 0 of numbers (default), 1 of e-mail addresses',
    octetsMax: 10,
  },
  { name: 'lmt', meaning: 'a limit of old versions: accepted', octetsMax: 100 },
] as const satisfies readonly Parameter[]
