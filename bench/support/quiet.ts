import { availableParallelism } from 'node:os'
import { CPU_KNOWN, cpuOfMachine } from './cpu.ts'
import { epochMs, pause } from './epoch.ts'

const LOOK_MS = 1_000
const QUIET_SHARE = 0.08

/** Waits, for so long at most, until nobody uses the machine; on a shared one every figure suffers from the others. */
export async function waitForQuiet(patienceMs: number): Promise<void> {
  const untilMs = epochMs() + patienceMs
  while (CPU_KNOWN && epochMs() < untilMs) {
    const before = cpuOfMachine()
    await pause(LOOK_MS)
    if (cpuOfMachine() - before < LOOK_MS * 1_000 * availableParallelism() * QUIET_SHARE) return
  }
}
