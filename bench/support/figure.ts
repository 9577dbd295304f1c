import { CPU_KNOWN } from './cpu.ts'
import type { Latency } from './histogram.ts'
import type { Usage } from './measure.ts'

/** One measurement, and the row that several of the same make. */
export interface Sample {
  readonly messages: number
  readonly perSecond: number
  readonly steadyPerSecond: number // 0: too short to say
  readonly latency: Latency | undefined
  readonly usage: Usage | undefined
}

export interface Row {
  readonly question: string
  readonly perSecond: string
  readonly steady: string
  readonly latency: string
  readonly cpu: string
  readonly memory: string
  readonly machine: string
}

export const HEADINGS: Row = {
  question: 'question',
  perSecond: 'per second (range)',
  steady: 'steady',
  latency: 'p50 / p99 ms',
  cpu: 'CPU µs per message: centre / PostgreSQL / load / carrier',
  memory: 'MB at the end: centre / PostgreSQL',
  machine: 'other programs, load average',
}

/** The medians of some samples; the range of the rate stands beside it. */
export function rowOf(question: string, samples: readonly Sample[]): Row {
  const rates = samples.map(({ perSecond }) => perSecond)
  const steady = samples.map(({ steadyPerSecond }) => steadyPerSecond).filter((rate) => rate > 0)
  const latencies = samples.flatMap(({ latency }) => latency ?? [])
  const range = rates.length > 1 ? ` (${whole(Math.min(...rates))}–${whole(Math.max(...rates))})` : ''
  return {
    question,
    perSecond: `**${whole(median(rates))}**${range}`,
    steady: steady.length > 0 ? whole(median(steady)) : '',
    latency:
      latencies.length > 0
        ? `${short(median(latencies.map(({ p50 }) => p50)))} / ${short(median(latencies.map(({ p99 }) => p99)))}`
        : '',
    cpu: cpuCell(samples),
    memory: memoryCell(samples),
    machine: machineCell(samples),
  }
}

function cpuCell(samples: readonly Sample[]): string {
  if (!CPU_KNOWN) return 'not known here'
  const per = (name: 'centreUs' | 'postgresUs' | 'loadUs' | 'carrierUs') =>
    short(median(samples.flatMap(({ usage, messages }) => (usage ? usage[name] / messages : []))))
  return samples.some(({ usage }) => usage)
    ? [per('centreUs'), per('postgresUs'), per('loadUs'), per('carrierUs')].join(' / ')
    : ''
}

function memoryCell(samples: readonly Sample[]): string {
  const usages = samples.flatMap(({ usage }) => usage ?? [])
  if (!CPU_KNOWN || usages.length === 0) return ''
  return `${whole(median(usages.map(({ centreMb }) => centreMb)))} / ${whole(median(usages.map(({ postgresMb }) => postgresMb)))}`
}

function machineCell(samples: readonly Sample[]): string {
  const usages = samples.flatMap(({ usage }) => usage ?? [])
  if (!CPU_KNOWN || usages.length === 0) return ''
  const others = Math.round(100 * median(usages.map(({ othersShare }) => othersShare)))
  return `${others} %, ${median(usages.map(({ loadAverage }) => loadAverage)).toFixed(1)}`
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  if (sorted.length % 2 === 1) return sorted[middle] ?? 0
  return ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US')

/** Three digits are as many as a figure from a shared machine deserves. */
export const short = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

const cells = (row: Row): string =>
  `| ${[row.question, row.perSecond, row.steady, row.latency, row.cpu, row.memory, row.machine].join(' | ')} |`

/** A Markdown table, as it stands in docs/performance.md. */
export const tableOf = (rows: readonly Row[]): string =>
  [cells(HEADINGS), '|---|---:|---:|---:|---|---:|---|', ...rows.map(cells)].join('\n')

export const printRow = (row: Row): void => console.log(cells(row))
