import { run } from '../../src/cli/run.ts'
import type { Centre } from './centre.ts'

/** `heliogram …` in this process: one of its own for each line would cost a second. */
export async function heliogram(
  centre: Pick<Centre, 'url' | 'dataDir'>,
  ...words: readonly string[]
): Promise<{ code: number; output: string }> {
  const out: string[] = []
  const say = (text: string) => void out.push(text)
  const env = { HELIOGRAM_URL: centre.url, HELIOGRAM_DATA: centre.dataDir }
  const code = await run(words, { env, out: say, err: say })
  return { code, output: out.join('') }
}
