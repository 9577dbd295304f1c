import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Command, Complaint } from './command.ts'
import { COMMANDS } from './commands.ts'
import { helpOf, helpOfAll } from './help.ts'
import { findCommand, parseLine } from './parse.ts'
import { fields, harmless, table, WIDTH_MAX, wrap } from './print.ts'

const command: Command = {
  name: 'thing add',
  summary: 'Add a thing.',
  positionals: [
    { name: 'LOGIN', meaning: 'whose' },
    { name: 'WORD', meaning: 'what', many: true, optional: true },
  ],
  options: {
    name: { value: 'N', meaning: 'its name', required: true },
    size: { value: 'N', meaning: 'its size' },
    ip: { value: 'CIDR', meaning: 'where', many: true },
    off: { meaning: 'not on' },
  },
  takesSettings: true,
}

test('a line is read by the table of its command', () => {
  const args = parseLine(command, [
    'alex',
    '--name=n',
    '--size',
    '-5',
    'a=1',
    '-2.50',
    '--ip',
    '::1',
    '--ip',
    '10.0.0.1',
    '--off',
  ])
  assert.deepEqual([args.at('LOGIN'), args.text('name'), args.whole('size'), args.flag('off')], ['alex', 'n', -5, true])
  assert.deepEqual(
    [args.rest(), args.list('ip')],
    [
      ['a=1', '-2.50'],
      ['::1', '10.0.0.1'],
    ],
  )
  assert.deepEqual(
    [args.flag('json'), args.text('nothing'), args.whole('nothing'), args.list('nothing')],
    [false, undefined, undefined, []],
  )
})

test('options that are not in the table are settings', () => {
  const line = [
    'alex',
    '--name',
    'n',
    '--system-id',
    'shop',
    '--window=20',
    '--tls',
    '--rules',
    '[{"a":1}]',
    '--off',
    '--password',
    '-x-',
  ]
  const args = parseLine(command, line)
  assert.deepEqual(args.settings, { systemId: 'shop', window: '20', tls: true, rules: '[{"a":1}]', password: '-x-' })
  assert.equal(args.flag('off'), true)
  assert.deepEqual(parseLine(command, ['alex', '--name', 'n', '--tls']).settings, { tls: true })
})

// a line that is not understood, and what is said about it
const wrong: [line: string[], says: RegExp][] = [
  [[], /^LOGIN is missing: whose\. See: heliogram thing add --help$/],
  [['alex'], /^--name is missing: its name\./],
  [['alex', '--name'], /^The option --name is not complete\./],
  [['alex', '--name', 'n', '-x'], /^There is no option -x here\./],
  [['alex', '--name', 'n', '--off=1'], /^The option --off is not complete\./],
]
for (const [line, says] of wrong) {
  test(`'${line.join(' ')}' is answered by a sentence`, () => {
    assert.throws(
      () => parseLine(command, line),
      (error) => error instanceof Complaint && error.exitCode === 2 && says.test(error.message),
    )
  })
}

test('a number is a whole number', () => {
  assert.throws(
    () => parseLine(command, ['a', '--name', 'n', '--size', '1.5']).whole('size'),
    /--size takes a whole number, not '1\.5'/,
  )
})

test('the longest command that fits is meant', () => {
  const find = (line: string) => findCommand(COMMANDS, line.split(' '))?.command.name
  assert.equal(find('account key add alex'), 'account key add')
  assert.equal(find('sandbox'), 'sandbox')
  assert.equal(find('sandbox mo --from 1'), 'sandbox mo')
  assert.equal(find('account'), undefined)
})

test('every command has a name of its own, a sentence, and help within the width', () => {
  assert.equal(new Set(COMMANDS.map(({ name }) => name)).size, COMMANDS.length)
  for (const each of COMMANDS) {
    assert.match(each.summary, /^[A-Z].*\.$/, each.name)
    assert.ok((each.ask === undefined) !== (each.start === undefined), each.name)
    const { examples = [], ...rest } = each
    for (const line of helpOf(rest).split('\n')) assert.ok(line.length <= WIDTH_MAX, line)
    for (const example of examples) {
      // As a shell would: quotes keep words together.
      const [, ...words] = (example.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).map((word) => word.replaceAll(/['"]/g, ''))
      const found = findCommand(COMMANDS, words)
      assert.equal(found?.command, each, example)
      if (found) parseLine(found.command, found.rest)
    }
  }
  for (const line of helpOfAll(COMMANDS).split('\n')) assert.ok(line.length <= WIDTH_MAX, line)
})

test('columns are aligned, numbers to the right, and long texts are cut', () => {
  const text = table(
    ['NAME', 'N', 'WORDS'],
    [
      ['a', 5, 'x'.repeat(200)],
      ['long name', 1_000, null],
    ],
    'nothing',
  )
  const [head = '', first = '', second = ''] = text.split('\n')
  assert.equal(head, 'NAME          N  WORDS')
  assert.ok(first.startsWith('a             5  xxx') && first.endsWith('x…') && first.length === WIDTH_MAX)
  assert.equal(second, 'long name  1000  -')
  assert.equal(table(['A'], [], 'There is nothing.'), 'There is nothing.')
  assert.equal(
    fields([
      ['a', 'one'],
      ['longer', true],
    ]),
    'a       one\nlonger  yes',
  )
  assert.deepEqual(wrap('one two three', 7), ['one two', 'three'])
})

test('what customers wrote gives no commands to a terminal, and JSON stays JSON', () => {
  const written = 'a\u001b[31mred\u009b2J\r\u202egnp.exe\u0007'
  assert.equal(harmless(`${written}\n\tПривет 👍\n`), 'a\\u001b[31mred\\u009b2J\\u000d\\u202egnp.exe\\u0007\n\tПривет 👍\n')
  assert.deepEqual(JSON.parse(harmless(JSON.stringify({ written }, null, 2))), { written })
  assert.match(table(['NAME', 'N'], [[written, 1]], ''), /^a\\u001b\[31mred\\u009b2J \\u202egnp\.exe\\u0007 {2}1$/m)
})
