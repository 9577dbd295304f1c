#!/usr/bin/env -S node --max-semi-space-size=64
// A message lives a few milliseconds: room for the young is room for speed.
import { existsSync } from 'node:fs'

const built = new URL('../dist/cli/main.js', import.meta.url)
if (!existsSync(built)) {
  console.error('Heliogram is not built yet: run `npm run build` in the checkout.')
  process.exit(1)
}
await import(built.href)
