import { COMMANDS } from '../../src/cli/commands.ts'
import { explained, usage } from '../../src/cli/help.ts'
import { CLI_SETTINGS, SETTINGS } from '../../src/config.ts'

/** Pages of docs/ that are made from the code: `npm run docs` writes them, the docs test compares them. */
export const PAGES: Readonly<Record<string, () => string>> = {
  'docs/cli.md': cliPage,
  'docs/settings.md': settingsPage,
}

const MADE = '<!-- Made from the code by `node --import tsx test/support/write-pages.ts`; not edited by hand. -->'

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
const code = (text: string): string => (text === '' ? '' : `\`${text}\``)

function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [row(headings), `|${headings.map(() => '---').join('|')}|`, ...rows.map(row)]
}

function cliPage(): string {
  const sections = COMMANDS.flatMap((command) => [
    '',
    `## ${command.name}`,
    '',
    [command.summary, command.details].filter((part) => part !== undefined).join(' '),
    '',
    '```',
    usage(command),
    ...(command.examples ?? []),
    '```',
    '',
    ...markdownTable(
      ['', ''],
      explained(command).map(([written, meaning]) => [code(written), meaning]),
    ),
  ])
  return [
    '# The command line',
    '',
    MADE,
    '',
    'In a checkout: `npx heliogram …`. All commands but `serve` and `sandbox` ask a running centre over its admin API: at `$HELIOGRAM_URL`',
    '(`http://127.0.0.1:8080`), with the token of `$HELIOGRAM_ADMIN_TOKEN`, or of the file `admin-token` in `$HELIOGRAM_DATA` (`./data`).',
    'They leave with 0 when it is done, 1 when it did not work, and 2 when the line was not understood; `--json` prints what the API said.',
    ...sections,
    '',
  ].join('\n')
}

function settingsPage(): string {
  return [
    '# Settings',
    '',
    MADE,
    '',
    'They are read from the environment when the centre starts; a bad value stops the start, and the line says which. What belongs to one',
    'account (limits, test mode …) is set with `heliogram account limits` and `heliogram account set`.',
    '',
    ...markdownTable(
      ['Variable', 'Default', 'Must be', 'Meaning'],
      Object.values(SETTINGS).map((each) => [code(each.env), code(each.default), each.limits, each.meaning]),
    ),
    '',
    '## Of the command line',
    '',
    ...markdownTable(
      ['Variable', 'Default', 'Meaning'],
      CLI_SETTINGS.map((each) => [code(each.env), code(each.default), each.meaning]),
    ),
    '',
  ].join('\n')
}
