import { parseArgs } from 'node:util'
import { type Args, type Command, Complaint } from './command.ts'

/** Of every command. */
export const COMMON = {
  json: { meaning: 'print JSON' },
  help: { meaning: 'print this help' },
} as const

/** The command whose words the line begins with, the longest first, and what follows them. */
export function findCommand(
  commands: readonly Command[],
  line: readonly string[],
): { command: Command; rest: string[] } | undefined {
  const fits = commands.filter(({ name }) => name.split(' ').every((word, at) => line[at] === word))
  const command = fits.sort((a, b) => b.name.length - a.name.length)[0]
  return command && { command, rest: line.slice(command.name.split(' ').length) }
}

/** Reads a line by its command's table. Rejects with a Complaint that names what is wrong. */
export function parseLine(command: Command, line: readonly string[]): Args {
  const help = `See: heliogram ${command.name} --help`
  const { known, settings } = command.takesSettings ? takeSettings(command, line) : { known: line, settings: {} }
  const { values, positionals } = parse(command, known, help)

  const declared = command.positionals ?? []
  const missing = declared.find((positional, at) => !positional.optional && positionals[at] === undefined)
  if (missing) throw new Complaint(`${missing.name} is missing: ${missing.meaning}. ${help}`, 2)
  const last = declared.at(-1)
  if (positionals.length > declared.length && !last?.many) {
    throw new Complaint(`'${positionals[declared.length]}' is one word too many. ${help}`, 2)
  }
  for (const [name, option] of Object.entries(command.options ?? {})) {
    if (option.required && values[name] === undefined) throw new Complaint(`--${name} is missing: ${option.meaning}. ${help}`, 2)
  }

  const text = (option: string): string | undefined => {
    const value = values[option]
    return typeof value === 'string' ? value : undefined
  }
  return {
    at: (name) => positionals[declared.findIndex((positional) => positional.name === name)] ?? '',
    rest: () => positionals.slice(declared.length - 1),
    text,
    flag: (option) => values[option] === true,
    list: (option) => [values[option] ?? []].flat().filter((value) => typeof value === 'string'),
    whole: (option) => {
      const written = text(option)
      if (written === undefined) return undefined
      if (!/^-?\d{1,9}$/.test(written)) throw new Complaint(`--${option} takes a whole number, not '${written}'. ${help}`, 2)
      return Number(written)
    },
    settings,
  }
}

// parseArgs takes -5 for a bundle of switches; an amount of money is no switch.
const MINUS = '\u2212'

function parse(command: Command, line: readonly string[], help: string) {
  const options = Object.fromEntries(
    Object.entries({ ...COMMON, ...command.options }).map(([name, option]) => [
      name,
      {
        type: 'value' in option ? ('string' as const) : ('boolean' as const),
        multiple: 'many' in option && option.many === true,
        ...(name === 'help' && { short: 'h' }),
      },
    ]),
  )
  const args = line.map((word) => (/^-\d/.test(word) ? word.replace('-', MINUS) : word))
  try {
    const parsed = parseArgs({ args, options, allowPositionals: true, strict: true })
    return {
      values: Object.fromEntries(Object.entries(parsed.values).map(([name, value]) => [name, unmask(value)])),
      positionals: parsed.positionals.map((word) => word.replace(MINUS, '-')),
    }
  } catch (error) {
    const [, option] = /option '(-{1,2}[^' =]+)/i.exec((error as Error).message) ?? []
    const wrong = (error as { code?: string }).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION'
    throw new Complaint(`${wrong ? `There is no option ${option} here` : `The option ${option} is not complete`}. ${help}`, 2)
  }
}

const unmask = <Value>(value: Value): Value => (typeof value === 'string' ? (value.replace(MINUS, '-') as Value) : value)

/** Takes out options that are not in the table: `--window 20`, `--window=20`, or `--tls` alone. */
function takeSettings(command: Command, line: readonly string[]) {
  const own = new Set([...Object.keys(COMMON), ...Object.keys(command.options ?? {})])
  const known: string[] = []
  const settings: Record<string, string | boolean> = {}
  for (let at = 0; at < line.length; at += 1) {
    const word = line[at] ?? ''
    const [, name, value] = /^--([a-z][A-Za-z0-9-]*)(?:=(.*))?$/s.exec(word) ?? []
    if (name === undefined || own.has(name)) {
      known.push(word)
      continue
    }
    const next = line[at + 1]
    const camel = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    if (value !== undefined) settings[camel] = value
    else if (next === undefined || next.startsWith('--')) settings[camel] = true
    else {
      settings[camel] = next
      at += 1
    }
  }
  return { known, settings }
}
