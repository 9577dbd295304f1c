import { readFileSync } from 'node:fs'
import { createAdminClient } from './admin-client.ts'
import { Complaint } from './command.ts'
import { COMMANDS } from './commands.ts'
import { helpOf, helpOfAll } from './help.ts'
import { findCommand, parseLine } from './parse.ts'

const version = (): string => {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

const asksForHelp = (line: readonly string[]): boolean => line.some((word) => word === '--help' || word === '-h')

/** Runs one command line and resolves with the exit code: 0 done, 1 it did not work, 2 it was not understood. */
async function heliogram(line: readonly string[]): Promise<number> {
  const say = (text: string): void => void process.stdout.write(`${text}\n`)
  const found = findCommand(COMMANDS, line)
  const own = found && !(line.length > 1 && found.command.name === 'sandbox' && !line[1]?.startsWith('-'))
  if (!found || !own) {
    const group = COMMANDS.filter(({ name }) => line[0] !== undefined && name.startsWith(`${line[0]} `))
    if (line[0] === '--version') say(version())
    else if (line.length === 0 || line[0] === 'help' || asksForHelp(line)) say(helpOfAll(group.length > 0 ? group : COMMANDS))
    else
      throw new Complaint(
        `There is no command '${line.slice(0, 2).join(' ')}'. See: heliogram ${group.length > 0 ? `${line[0]} ` : ''}--help`,
        2,
      )
    return 0
  }

  const { command, rest } = found
  if (asksForHelp(rest)) {
    say(helpOf(command))
    return 0
  }
  const args = parseLine(command, rest)
  if (command.start) {
    await command.start(args)
    return 0
  }
  const output = await command.ask?.(createAdminClient(process.env), args)
  if (output) say(args.flag('json') ? JSON.stringify(output.json, null, 2) : output.text)
  return output?.exitCode ?? 0
}

try {
  process.exitCode = await heliogram(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof Complaint)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = error.exitCode
}
