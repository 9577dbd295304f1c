// Puts `heliogram` beside the other commands of the checkout, so that `npx heliogram …` works in it.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'

const place = new URL('../node_modules/.bin/', import.meta.url)
mkdirSync(place, { recursive: true })
const link = new URL('heliogram', place)
rmSync(link, { force: true })
if (process.platform === 'win32')
  writeFileSync(new URL('heliogram.cmd', place), '@node --max-semi-space-size=64 "%~dp0\\..\\..\\bin\\heliogram.js" %*\r\n')
else symlinkSync('../../bin/heliogram.js', link)
