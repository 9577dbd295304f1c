import { readFileSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin, stop } from 'esbuild'
import { temporaryFolder } from './cluster.ts'
import { BUILT } from './program-under-test.ts'

const ROOT = resolve(import.meta.dirname, '../..')

/** Who looks for something beside its own file finds it where it was built. */
const keepPlaces: Plugin = {
  name: 'keep places',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]dist[\\/].*\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      return { contents: text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)), loader: 'js' }
    }),
}

/**
 * Makes two files of the seven hundred that were built: loading them takes more of a centre's start than anything else, and a run of
 * all tests starts a hundred. Resolves with the folder, which nobody needs when the run is over, and the file that node is told to run.
 */
export async function bundleProgram(): Promise<{ folder: string; main: string }> {
  const folder = temporaryFolder('program-')
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction')
  await build({
    entryPoints: [BUILT],
    outdir: folder,
    bundle: true,
    splitting: true, // the command line does not load the centre
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outExtension: { '.js': '.mjs' },
    plugins: [keepPlaces],
    logLevel: 'error',
  })
  await stop()
  return { folder, main: join(folder, 'main.mjs') }
}
