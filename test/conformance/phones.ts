import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Scene } from './scene.ts'

const lines = (written: string): string => written.replaceAll('~', '\n')
const numberIn = (json: string): number => Number(/"id": (\d+)/.exec(json)?.[1])

const SAVE_ERROR = '{~"error": "save error",~"error_code": 5~}'
const NOT_FOUND = '{~"error": "record not found",~"error_code": 3~}'
const PARAMETERS_ERROR = '{~"error": "parameters error",~"error_code": 1~}'
/** The bare OK of 2013 has become an object. */
const OK = '{~"result": "OK"~}'

/** What a client of 2013 asked, in its order, and what it was answered byte for byte; ids are given out anew. */
export function tellPhones(scene: () => Scene): void {
  let account = ''
  before(async () => {
    account = await scene().open({ login: 'zxcabs', balance: '10' })
  })
  const ask = async (parameters: string): Promise<string> =>
    (await scene().ask(`/sys/phones.php?${account}&fmt=3&charset=utf-8&${parameters}`)).text
  const groups = { numbered: 0, plain: 0, mine: 0 }

  test('a group is added, its number is its own', async () => {
    groups.numbered = numberIn(await ask('add_group=1&name=new+group&num=1234'))
    const answer = await ask('add_group=1&name=new+group')
    groups.plain = numberIn(answer)
    assert.equal(answer, `{\n"id": ${groups.plain}\n}`)
    assert.equal(await ask('add_group=1&name=new+group+2&num=1234'), lines(SAVE_ERROR))
    groups.mine = numberIn(await ask('add_group=1&name=x'))
    assert.equal(await ask(`chg_group=1&grp=${groups.mine}&name=my+group+new+name`), lines(OK))
  })

  // parameters, answer
  const refused: [parameters: () => string, answer: string][] = [
    [() => 'chg_group=1&grp=12345&name=x', NOT_FOUND],
    [() => `chg_group=1&grp=${groups.mine}&name=`, PARAMETERS_ERROR],
    [() => `chg_group=1&grp=${groups.mine}`, PARAMETERS_ERROR],
    [() => `chg_group=1&grp=${groups.mine}&name=%20`, SAVE_ERROR],
    [() => 'del_group=1', PARAMETERS_ERROR],
    [() => 'del_group=1&grp=WRONG123', PARAMETERS_ERROR],
    [() => 'del_group=1&grp=4321', NOT_FOUND],
    [() => 'get=1', NOT_FOUND],
    [() => 'del=1&phone=79221113340', NOT_FOUND],
    [() => 'add=1&phone=79221113340', PARAMETERS_ERROR],
    [() => 'add=1&name=Nobody', PARAMETERS_ERROR],
    [() => '', PARAMETERS_ERROR],
  ]
  for (const [parameters, answer] of refused) {
    test(`refused: ${parameters() || 'nothing asked for'}`, async () => assert.equal(await ask(parameters()), lines(answer)))
  }

  test('groups are listed by name, those without a number first; cnt is newer than the record', async () => {
    const { mine, plain, numbered } = groups
    const recorded = `[{~"id": ${mine},~"name": "My group new name"~},~{~"id": ${plain},~"name": "New group"~},~{~"id": ${numbered},~"name": "New group",~"number": 1234~}]`
    assert.equal(await ask('get_group=1'), lines(recorded.replaceAll('~}', ',~"cnt": "0"~}')))
  })

  test('a contact with two numbers, two groups and everything', async () => {
    const answer = await ask(
      `add=1&name=Mr.Anderson&phone=+79112223341,+79112223342&grp=${groups.mine},${groups.plain}&fnm=Thomas&mnm=A.&lnm=Anderson` +
        '&bd=11.03.1962&myid=1234&cmt=Neo&tags=neo,matrix&pho=%2B79112223351,%2B79112223352',
    )
    assert.match(answer, /^\{\n"id": \d+\n\}$/)
  })

  test('both become one contact with a new number, as it was recorded; int_id is newer than the record', async () => {
    const changes =
      `chg=1&phone=79112223341,%2079112223342&new_phone=%2B79221113340&name=Anderson&grp=${groups.plain}&lmt=` +
      '&fnm=T&mnm=A&lnm=A&bd=01.01.1960&myid=4321&cmt=fake&tags=ups'
    assert.equal(await ask(changes), lines(OK))
    const recorded =
      `[{~"phone": "79221113340",~"name": "Anderson",~"group": "${groups.plain}",~"first_name": "T",~"last_name": "A",~"middle_name": "A",` +
      '~"birthday": "01.01.1960",~"id": "4321",~"comments": "fake",~"tags": "ups",~"phone_other": "+79112223351,+79112223352"'
    const listed = await ask('get=1')
    assert.equal(listed.replace(/,\n"int_id": \d+\n\}\]$/, ''), lines(recorded))
    assert.match(listed, /"int_id": \d+\n\}\]$/)
  })

  test('it is deleted by its number', async () => {
    assert.equal(await ask('del=1&phone=79221113340'), lines(OK))
    assert.equal(await ask('get=1'), lines(NOT_FOUND))
  })

  test('moves: the only group, one more, one less', async () => {
    const { mine, plain, numbered } = groups
    const groupsOf = async () => /"group": "([^"]*)"/.exec(await ask('get=1&phone=79161234567'))?.[1]
    assert.match(await ask('add=1&phone=79161234567&name=Mover&lnm=Petrov'), /"id"/)
    assert.equal(await groupsOf(), '0')
    for (const [move, group] of [
      [1, mine],
      [2, plain],
      [2, numbered],
      [3, numbered],
    ]) {
      assert.equal(await ask(`move_group=${move}&grp=${group}&phone=79161234567`), lines(OK))
    }
    assert.equal(await groupsOf(), [plain, mine].join())
    for (const filter of [
      'phone=79161234567',
      'fio=petrov',
      `grp=${mine}`,
      'search=over',
      `grp=${mine}&fio=Petrov&search=7916`,
    ]) {
      assert.match(await ask(`get=1&${filter}`), /"name": "Mover"/, filter)
    }
    for (const filter of ['phone=79161234568', 'fio=Sidorov', `grp=${numbered}`, 'search=under', 'grp=0']) {
      assert.equal(await ask(`get=1&${filter}`), lines(NOT_FOUND), filter)
    }
  })

  test('with its last group a contact goes too', async () => {
    assert.equal(await ask(`del_group=1&grp=${groups.mine}`), lines(OK))
    assert.match(await ask('get=1'), /"name": "Mover"/)
    assert.equal(await ask(`del_group=1&grp=${groups.plain}`), lines(OK))
    assert.equal(await ask('get=1'), lines(NOT_FOUND))
  })
}

/** The examples of the documentation, each in every format. */
export function tellPhoneExamples(scene: () => Scene): void {
  const alex = 'login=alex&psw=123'
  // parameters, element of fmt 2; undefined: OK
  const examples: [parameters: string, element: string | undefined][] = [
    ['add=1&phone=79999999999&name=Contact&grp=321', 'phone'],
    ['add_group=1&name=Group', 'group'],
    ['chg=1&phone=79999999999&name=Contact1', undefined],
    ['chg=1&phone=79999999999&new_phone=79999999998', undefined],
    ['chg_group=1&grp=321&name=Group1', undefined],
    ['move_group=2&grp=321&phone=79999999999', undefined],
    ['get=1&grp=321', 'list'],
    ['add_black=1&phone=79999999999&type=1', 'phone'],
    ['del_black=1&phone=79999999999', undefined],
    ['del=1&phone=79999999999', undefined],
  ]
  const DONE = ['OK', 'OK', '<result>OK</result>', '{\n"result": "OK"\n}']
  const created = (element: string, id: string) => [
    `ID = ${id}`,
    id,
    `<${element}>\n<id>${id}</id>\n</${element}>`,
    `{\n"id": ${id}\n}`,
  ]
  /** Fields of a contact in group 321 as `get` prints them. */
  const listed = (name: string, id: string) => [
    `phone = 79999999999, name = ${name}, group = 321, int_id = ${id}`,
    `79999999999,${name},321,,,,,,${id},,,`,
    `<phones>\n<phone>\n<phone>79999999999</phone>\n<name>${name}</name>\n<group>321</group>\n<int_id>${id}</int_id>\n</phone>\n</phones>`,
    `[{\n"phone": "79999999999",\n"name": "${name}",\n"group": "321",\n"int_id": ${id}\n}]`,
  ]

  before(async () => {
    await scene().alex()
    const [row] = await scene().centre.query<{ id: number }>(`select id from accounts where login = 'alex'`)
    await scene().centre.query(`insert into contact_groups (account_id, id, name) values ($1, 321, 'Group')`, [row?.id])
  })

  for (const fmt of [0, 1, 2, 3]) {
    for (const [parameters, element] of examples) {
      test(`fmt=${fmt}: ${parameters}`, async () => {
        const told = (await scene().ask(`/sys/phones.php?${alex}&${parameters}&fmt=${fmt}`)).text
        if (parameters.includes('new_phone'))
          await scene().ask(`/sys/phones.php?${alex}&chg=1&phone=79999999998&new_phone=79999999999`)
        const id = /\d+(?=\D*$)/.exec(told)?.[0] ?? ''
        const name = 'Contact1'
        const expected = element === undefined ? DONE : element === 'list' ? listed(name, id) : created(element, id)
        assert.equal(told, expected[fmt])
      })
    }

    test(`fmt=${fmt}: the errors`, async () => {
      const tell = (number: number, text: string) => [
        `ERROR = ${number} (${text})`,
        `0,-${number}`,
        `<result>\n<error>${text}</error>\n<error_code>${number}</error_code>\n</result>`,
        `{\n"error": "${text}",\n"error_code": ${number}\n}`,
      ]
      const ask = async (query: string) => (await scene().ask(`/sys/phones.php?${query}&fmt=${fmt}`)).text
      assert.equal(await ask(alex), tell(1, 'parameters error')[fmt])
      assert.equal(await ask('login=alex&psw=1234&get=1'), tell(2, 'authorise error')[fmt])
      assert.equal(await ask(`${alex}&get=1`), tell(3, 'record not found')[fmt])
      assert.equal(await ask(`${alex}&add=1&name=x&phone=12`), tell(5, 'save error')[fmt])
      const limited = await scene().open({ login: `often${fmt}`, balance: '0', limited: true })
      for (let asked = 0; asked < 3; asked++) assert.equal(await ask(`${limited}&get=1`), tell(3, 'record not found')[fmt])
      assert.equal(await ask(`${limited}&get=1`), tell(9, 'duplicate request, wait a minute')[fmt])
      assert.equal(await ask(`${limited}&get=1&after_id=1`), tell(3, 'record not found')[fmt])
    })
  }
}
