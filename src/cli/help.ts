import type { Command, Positional } from './command.ts'
import { COMMON } from './parse.ts'
import { WIDTH_MAX, wrap } from './print.ts'

/** `heliogram account add --login LOGIN …`: how a command is written. */
export function usage({ name, positionals = [], options = {}, takesSettings, ask }: Command): string {
  const required = Object.entries(options).filter(([, option]) => option.required)
  const words = [
    'heliogram',
    name,
    ...positionals.map(shownPositional),
    ...required.map(([option, { value }]) => `--${option} ${value}`),
    ...(Object.keys(options).length > required.length || ask ? ['[options]'] : []),
    ...(takesSettings ? ['[--SETTING VALUE …]'] : []),
  ]
  return words.join(' ')
}

const shownPositional = ({ name, optional, many }: Positional): string => `${optional ? `[${name}]` : name}${many ? ' …' : ''}`

/** The rows of a command's help: what stands on its line, and what it means. */
export function explained(command: Command): [written: string, meaning: string][] {
  const { positionals = [], options = {}, ask } = command
  const common = Object.entries(COMMON).filter(([name]) => name !== 'json' || ask)
  return [
    ...positionals.map(({ name, meaning }): [string, string] => [name, meaning]),
    ...[...Object.entries(options), ...common].map(([name, option]): [string, string] => {
      const value = 'value' in option && option.value !== undefined ? ` ${option.value}` : ''
      const notes = [
        ...('required' in option && option.required ? ['required'] : []),
        ...('many' in option && option.many ? ['may be repeated'] : []),
      ]
      return [`--${name}${value}`, `${option.meaning}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`]
    }),
  ]
}

export function helpOf(command: Command): string {
  const about = [command.summary, command.details].filter((part) => part !== undefined).join(' ')
  const examples = command.examples?.map((example) => `  ${example}`) ?? []
  return [
    ...wrap(usage(command), WIDTH_MAX),
    '',
    ...wrap(about, WIDTH_MAX),
    '',
    ...columns(explained(command)),
    ...(examples.length > 0 ? ['', 'For example:', ...examples] : []),
  ].join('\n')
}

/** All commands, or those that begin with the words of a group. */
export function helpOfAll(commands: readonly Command[]): string {
  return [
    'heliogram COMMAND [options]',
    '',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    ...wrap(FOOTER, WIDTH_MAX),
  ].join('\n')
}

const FOOTER =
  'heliogram COMMAND --help tells more. Every command that asks a centre takes --json. The centre is found at ' +
  '$HELIOGRAM_URL (http://127.0.0.1:8080), its admin token in $HELIOGRAM_DATA/admin-token (./data) or $HELIOGRAM_ADMIN_TOKEN.'

const INDENT = 2
const GAP = 2
const LEFT_MAX = 32

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const left = Math.min(LEFT_MAX, Math.max(...rows.map(([written]) => written.length)))
  const margin = ' '.repeat(INDENT + left + GAP)
  return rows.flatMap(([written, meaning]) => {
    const lines = wrap(meaning, WIDTH_MAX - margin.length)
    const own = written.length > left
    const head = `${' '.repeat(INDENT)}${written.padEnd(left + GAP)}`
    return own
      ? [head.trimEnd(), ...lines.map((line) => margin + line)]
      : lines.map((line, at) => (at === 0 ? head : margin) + line)
  })
}
