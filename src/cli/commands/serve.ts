import type { Command } from '../command.ts'

/** The two commands that are the centre: everything else asks one that runs. */
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
]

async function run(sandbox: boolean): Promise<void> {
  const main = await import('../../main.ts')
  await main.run({ sandbox })
}
