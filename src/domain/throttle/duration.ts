const UNITS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const
type Unit = keyof typeof UNITS

/** `30s`, `10m`, `2h`, `1d` or plain seconds, as seconds. Undefined: none of these. */
export function readDuration(written: string): number | undefined {
  const [, digits, unit = 's'] = /^(\d{1,9})\s*([smhd]?)$/.exec(written.trim().toLowerCase()) ?? []
  return digits === undefined ? undefined : Number(digits) * UNITS[(unit || 's') as Unit]
}

/** The shortest way to write it: 3600 is `1h`. */
export function writeDuration(seconds: number): string {
  const unit = (['d', 'h', 'm'] as const).find((each) => seconds > 0 && seconds % UNITS[each] === 0) ?? 's'
  return `${seconds / UNITS[unit]}${unit}`
}
