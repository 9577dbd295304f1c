const of = String.fromCharCode as (...units: (number | undefined)[]) => string

/**
 * Octets as a string, one character each. Short ones, as addresses and ids are, are put together without leaving JavaScript,
 * which takes half of the time of a call of Buffer's.
 */
export function latin1(b: Buffer, at: number, end: number): string {
  switch (end - at) {
    case 0:
      return ''
    case 1:
      return of(b[at])
    case 2:
      return of(b[at], b[at + 1])
    case 3:
      return of(b[at], b[at + 1], b[at + 2])
    case 4:
      return of(b[at], b[at + 1], b[at + 2], b[at + 3])
    case 5:
      return of(b[at], b[at + 1], b[at + 2], b[at + 3], b[at + 4])
    case 6:
      return of(b[at], b[at + 1], b[at + 2], b[at + 3], b[at + 4], b[at + 5])
    case 7:
    case 8:
    case 9:
    case 10:
    case 11:
    case 12:
      return of(b[at], b[at + 1], b[at + 2], b[at + 3], b[at + 4], b[at + 5]) + latin1(b, at + 6, end)
  }
  return b.toString('latin1', at, end)
}
