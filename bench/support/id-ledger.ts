/** Which message ids came in answers and which in receipts, so that none is missing and none comes twice. */
export interface IdLedger {
  answered(bytes: Uint8Array, at: number): void
  receipted(bytes: Uint8Array, at: number): void
  /** Receipts that came again, receipts of nobody's messages, messages without one. */
  read(): { readonly twice: number; readonly unknown: number; readonly missing: number }
}

const PLACES = 1 << 22 // ids of a run count on, so the last digits of so many differ
const ANSWERED = 1
const RECEIPTED = 2

export function createIdLedger(): IdLedger {
  const marks = new Uint8Array(PLACES)
  let twice = 0
  return {
    answered(bytes, at) {
      const place = idAt(bytes, at)
      marks[place] = (marks[place] ?? 0) | ANSWERED
    },
    receipted(bytes, at) {
      const place = idAt(bytes, at)
      const before = marks[place] ?? 0
      if ((before & RECEIPTED) !== 0) twice += 1
      marks[place] = before | RECEIPTED
    },
    read() {
      let unknown = 0
      let missing = 0
      for (const mark of marks) {
        if (mark === RECEIPTED) unknown += 1
        else if (mark === ANSWERED) missing += 1
      }
      return { twice, unknown, missing }
    },
  }
}

/** The decimal number that begins there, by its last 22 bits. */
function idAt(bytes: Uint8Array, at: number): number {
  let id = 0
  for (let digit = (bytes[at] ?? 0) - 48; digit >= 0 && digit <= 9; digit = (bytes[++at] ?? 0) - 48) id = id * 10 + digit
  return id % PLACES
}
