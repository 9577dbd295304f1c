import { readFileSync } from 'node:fs'
import { createAdminClient } from './admin-client.ts'
import { Complaint } from './command.ts'
import { COMMANDS } from './commands.ts'
import { helpOf, helpOfAll } from './help.ts'
import { findCommand, parseLine } from './parse.ts'
import { harmless } from './print.ts'

/** Where a command line comes from and what it writes to. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

/** Runs one line and resolves with the exit code: 0 done, 1 it did not work, 2 it was not understood. */
export async function run(line: readonly string[], { env, out, err }: Surroundings): Promise<number> {
  try {
    return await obey(line, { env, out: (text) => out(harmless(text)) })
  } catch (error) {
    if (!(error instanceof Complaint)) throw error
    err(harmless(`${error.message}\n`))
    return error.exitCode
  }
}

async function obey(line: readonly string[], { env, out }: Omit<Surroundings, 'err'>): Promise<number> {
  const found = findCommand(COMMANDS, line)
  if (!found || isGroupOf(found.command.name, found.rest)) {
    out(`${withoutCommand(line)}\n`)
    return 0
  }
  const { command, rest } = found
  if (asksForHelp(rest)) {
    out(`${helpOf(command)}\n`)
    return 0
  }
  const args = parseLine(command, rest)
  await command.start?.(args)
  const json = args.flag('json')
  const say = json && !command.follows ? () => {} : (text: string) => out(`${text}\n`)
  const output = await command.ask?.(createAdminClient(env), args, say)
  if (output && !(json && command.follows)) out(`${json ? JSON.stringify(output.json, null, 2) : output.text}\n`)
  return output?.exitCode ?? 0
}

/** `sandbox` is a command and begins others: `sandbox mi` is a misspelled `sandbox mo`, not `sandbox` with a word too many. */
const isGroupOf = (name: string, [next]: readonly string[]): boolean =>
  next !== undefined && !next.startsWith('-') && COMMANDS.some((other) => other.name.startsWith(`${name} `))

function withoutCommand(line: readonly string[]): string {
  const [first] = line
  const group = COMMANDS.filter(({ name }) => first !== undefined && name.startsWith(`${first} `))
  if (first === '--version') return version()
  if (first === undefined || first === 'help' || asksForHelp(line)) return helpOfAll(group.length > 0 ? group : COMMANDS)
  throw new Complaint(
    `There is no command '${line.slice(0, 2).join(' ')}'. See: heliogram ${group.length > 0 ? `${first} ` : ''}--help`,
    2,
  )
}

const asksForHelp = (line: readonly string[]): boolean => line.some((word) => word === '--help' || word === '-h')

function version(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
