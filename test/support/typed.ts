import { run } from '../../src/cli/run.ts'
import type { Centre } from './centre.ts'

/** Types a command in this process, which saves the second a process of its own takes; it asks the running centre all the same. */
export async function typed(
  centre: Pick<Centre, 'url' | 'dataDir'>,
  ...words: readonly string[]
): Promise<{ code: number; output: string }> {
  const said: string[] = []
  const say = (text: string) => void said.push(text)
  const env = { HELIOGRAM_URL: centre.url, HELIOGRAM_DATA: centre.dataDir }
  const code = await run(words, { env, out: say, err: say })
  return { code, output: said.join('') }
}
