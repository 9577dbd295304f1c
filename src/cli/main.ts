import { run } from './run.ts'

const code = await run(process.argv.slice(2), {
  env: process.env,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
})

// A centre that could not start has said so itself, and set the code.
if (code !== 0) process.exitCode = code
