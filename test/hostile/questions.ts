import { COMMON_PARAMETERS, type Parameter } from '../../src/listeners/http/sys/parameters.ts'

/**
 * What scripts are asked, with all they need, so that the value under test is what decides; each with the parameters that are tried
 * with it. A script that is not here is asked what its parameters offer.
 */
const QUESTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  phones: {
    'add=1&phone=79161234567&name=Ivan': 'add phone mail name grp lnm fnm mnm bd myid cmt tags pho lmt',
    'add_group=1&name=Group': 'add_group name num type',
    'chg=1&phone=79160000001&name=Ivan': 'chg phone mail new_phone new_mail name grp lnm fnm mnm bd myid cmt tags pho lmt',
    'chg_group=1&grp=1&name=Group': 'chg_group grp name num',
    'move_group=2&grp=1&phone=79160000001': 'move_group grp phone mail',
    'del=1&phone=79169999999': 'del phone mail',
    'del_group=1&grp=999': 'del_group grp',
    'get=1&phone=79160000001': 'get phone mail grp fio search after_id cnt',
    'get_group=1': 'get_group',
    'add_black=1&phone=79161234567': 'add_black phone mail type',
    'del_black=1&phone=79169999999': 'del_black phone mail',
    'get_black=1': 'get_black after_id cnt',
  },
  receive_phones: {
    'get=1': 'get gets',
    'buy=1&phone=79161234567': 'buy phone noprolong',
    'chg=1&phone=79161234567&noprolong=1': 'chg phone noprolong',
  },
  op_templates: {
    'add=1&msg=Text': 'add msg sender mts_srv mts_trn mega_srv mega_trn bee_srv bee_trn tele2_srv tele2_trn',
    'del=1&id=999': 'del id',
    'get=1': 'get',
  },
}

/** What a parameter needs to be looked at at all. */
const NEEDED: Readonly<Record<string, string>> = {
  phone: '79161234567',
  phones: '79161234567',
  mes: 'Hello',
  msg: 'Text',
  name: 'Name',
  user: 'branch',
  user_id: '',
  link: 'mywebsite.ru',
  sum: '1',
  sender: 'Sender',
  cmt: 'Comment',
  id: '1',
  num: '1',
  service: 'Service',
}

const OPERATION = /^(?:add|buy|cancel|check|chg|del|gets?|move|pay|send)(?:_\w+)?$/

/** A question, and a parameter that is tried with it. */
export type Trial = readonly [question: string, name: string]

/** Every parameter of a script, each with the questions that it belongs to. Those of every request are tried elsewhere. */
export function trialsOf(script: string, parameters: readonly Parameter[]): Trial[] {
  const common = COMMON_PARAMETERS.map(({ name }): string => name)
  const own = parameters.filter(({ name }) => !common.includes(name))
  const written = QUESTIONS[script]
  const trials = written
    ? Object.entries(written).flatMap(([question, names]) => names.split(' ').map((name) => [question, name] as const))
    : derived(own)
  const tried = new Set(trials.map(([, name]) => name))
  const missed = own.filter(({ name }) => !tried.has(name)).map(({ name }) => ['', name] as const)
  return [...trials, ...missed]
}

/** Operations are the flags that say what is to be done; a parameter belongs to those that its description begins with, else to all. */
function derived(own: readonly Parameter[]): Trial[] {
  const operations = own.filter(({ name, meaning }) => OPERATION.test(name) && meaning.startsWith('1')).map(({ name }) => name)
  const namedBy = ({ meaning }: Parameter): string[] => {
    const [, start = ''] = /^((?:`\w+`(?:, | and )?)+)/.exec(meaning) ?? []
    return Array.from(start.matchAll(/`(\w+)`/g), ([, name = '']) => name).filter((name) => operations.includes(name))
  }
  const questionOf = (operation: string): string => {
    const needed = own.filter((each) => {
      const named = namedBy(each)
      return each.name in NEEDED && (named.length === 0 || named.includes(operation))
    })
    const values = needed.map(({ name }) => `${encodeURIComponent(name)}=${NEEDED[name]}`)
    return [...(operation === '' ? [] : [`${operation}=1`]), ...values].join('&')
  }
  return own.flatMap((each): Trial[] => {
    if (operations.includes(each.name)) return [[questionOf(each.name), each.name]]
    const named = namedBy(each)
    const changing = operations.filter((name) => !name.startsWith('get'))
    // What is created costs most: where a parameter can be changed too, that is enough.
    const asked = named.length > 0 ? named : [changing.find((name) => name === 'chg') ?? changing[0] ?? '']
    const enough = asked.includes('chg') ? asked.filter((name) => name !== 'add') : asked
    return enough.slice(0, 2).map((operation) => [questionOf(operation), each.name])
  })
}
