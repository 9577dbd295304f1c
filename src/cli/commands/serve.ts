import { resolve } from 'node:path'
import type { Command } from '../command.ts'

/** The commands that are the centre, or open its database: everything else asks a centre that runs. */
export const serveCommands: readonly Command[] = [
  {
    name: 'serve',
    summary: 'Run the centre.',
    details: 'Settings come from the environment (docs/settings.md). The first start writes the admin token to the data folder.',
    start: () => run(false),
  },
  {
    name: 'sandbox',
    summary: 'Run the centre with a demo account and a simulated carrier, for trying things out.',
    details: 'Sign in as demo with the password demo. Nothing leaves the machine.',
    start: () => run(true),
  },
  {
    name: 'import',
    summary: 'Bring an export into a database in which nothing is yet; no centre runs on it meanwhile.',
    details:
      'The database is that of DATABASE_URL, or the embedded one in $HELIOGRAM_DATA. Then start the centre: it goes on where the exported one was.',
    positionals: [{ name: 'DIR', meaning: 'a folder that `heliogram export` wrote' }],
    start: async (args) => {
      const main = await import('../../main.ts')
      await main.importFrom(resolve(args.at('DIR')))
    },
  },
]

async function run(sandbox: boolean): Promise<void> {
  const main = await import('../../main.ts')
  await main.run({ sandbox })
}
