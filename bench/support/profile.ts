import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[] // microseconds
}

const LINES = 40

/** Prints where the centre's main thread spent its time: share of the time it was not idle, by function and by file. */
export function printProfiles(folder: string): void {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.cpuprofile'))) {
    const profile = JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile
    console.log(`\n${join(folder, name)}`)
    for (const byFile of [false, true]) {
      const selfUs = selfTimes(profile, byFile)
      selfUs.delete('(idle)')
      selfUs.delete('(program)')
      const totalUs = [...selfUs.values()].reduce((sum, us) => sum + us, 0)
      const top = [...selfUs].sort(([, a], [, b]) => b - a).slice(0, LINES)
      for (const [place, us] of top) console.log(`${((100 * us) / totalUs).toFixed(1).padStart(6)} %  ${place}`)
      console.log()
    }
  }
}

function selfTimes({ nodes, samples, timeDeltas }: CpuProfile, byFile: boolean): Map<string, number> {
  const placeOf = new Map(nodes.map((node) => [node.id, byFile ? fileOf(node) : functionOf(node)]))
  const selfUs = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const place = placeOf.get(id) ?? '?'
    selfUs.set(place, (selfUs.get(place) ?? 0) + (timeDeltas[index] ?? 0))
  }
  return selfUs
}

const shortUrl = (url: string): string => url.replace(/^file:\/\/.*?\/(dist|node_modules)\//, '$1/')

const fileOf = ({ callFrame }: ProfileNode): string => shortUrl(callFrame.url) || callFrame.functionName

function functionOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  const name = functionName || '(anonymous)'
  return url ? `${name}  ${shortUrl(url)}:${lineNumber + 1}` : name
}
