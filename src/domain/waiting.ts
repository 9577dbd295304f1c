/** Why a message stands in the due queue; the number is stored, the sentence is for people. Append only. */
export const WAITING = {
  scheduled: { code: 1, says: 'waits for its time' },
  spilled: { code: 2, says: 'waits behind other messages of the account: its share of the memory queue is full' },
  retry: { code: 3, says: 'waits for another attempt' },
  link_down: { code: 4, says: 'waits for a carrier: no link that could take it is up' },
  other_node: { code: 5, says: 'waits for the node that owns the carrier' },
  held: { code: 6, says: 'was sent and never answered: held until a receipt is matched or its validity ends' },
  again: { code: 7, says: 'was sent and never answered: will be sent once more, marked as a possible duplicate' },
  recovered: { code: 8, says: 'waits to be sent after a restart' },
  rerouted: { code: 9, says: 'waits for another carrier' },
  guarded: { code: 10, says: 'is held by the pumping guard: heliogram guard release or drop' },
  anew: {
    code: 11,
    says: 'was taken, and no receipt came: will be sent once more over another carrier, marked as a possible duplicate',
  },
  paused: { code: 12, says: 'waits for the end of a pause' },
  replaced: { code: 13, says: 'waits for its turn anew: its sender changed it' },
  second: { code: 14, says: 'was not delivered, and waits to be sent once more, under delivery control' },
  hours: { code: 15, says: 'is held until its sending hours begin' },
} as const

export type Waiting = keyof typeof WAITING

export const waitingOf = (code: number): Waiting | undefined =>
  (Object.keys(WAITING) as Waiting[]).find((name) => WAITING[name].code === code)
