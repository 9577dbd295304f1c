/**
 * What a carrier's "no" is about. Each class says what becomes of the message and what its customer is told
 * (status and err of the SMSC API).
 *
 * again: sent here again, in its turn, when the carrier can take more · later: tried again after a growing pause ·
 * elsewhere: to the next carrier of the routes, and only when there is none the end · end: no carrier would do better
 */
export type Fate = 'again' | 'later' | 'elsewhere' | 'end'

interface Class {
  readonly code: number // kept with a message in memory
  readonly fate: Fate
  readonly state: number // status.php's code, when it is the end
  readonly err: number
  readonly says: string
}

// biome-ignore format: a table reads better in columns
export const CLASSES = {
  busy:                 { code: 1,  fate: 'again',     state: 20, err: 220, says: 'the carrier is full' },
  temporary:            { code: 2,  fate: 'later',     state: 20, err: 255, says: 'trouble of the carrier’s own' },
  'rejected-here':      { code: 3,  fate: 'elsewhere', state: 20, err: 255, says: 'refused by this carrier; another may take it' },
  rejected:             { code: 4,  fate: 'end',       state: 20, err: 255, says: 'refused for good' },
  sender:               { code: 5,  fate: 'elsewhere', state: 23, err: 254, says: 'the sender is not registered with this carrier' },
  number:               { code: 6,  fate: 'elsewhere', state: 20, err: 1,   says: 'this carrier does not serve the number' },
  'unknown-subscriber': { code: 7,  fate: 'end',       state: 20, err: 1,   says: 'there is no such subscriber' },
  'absent-subscriber':  { code: 8,  fate: 'end',       state: 3,  err: 6,   says: 'the subscriber is out of reach' },
  'blocked-subscriber': { code: 9,  fate: 'end',       state: 20, err: 13,  says: 'the subscriber is blocked' },
  'no-service':         { code: 10, fate: 'end',       state: 20, err: 11,  says: 'the subscriber has no SMS service' },
  handset:              { code: 11, fate: 'end',       state: 20, err: 12,  says: 'an error in the handset or SIM' },
  unsupported:          { code: 12, fate: 'end',       state: 20, err: 21,  says: 'the handset does not support this' },
  spam:                 { code: 13, fate: 'end',       state: 23, err: 253, says: 'taken for spam' },
  'opted-out':          { code: 14, fate: 'end',       state: 23, err: 252, says: 'the subscriber wants no such messages' },
  template:             { code: 15, fate: 'end',       state: 23, err: 238, says: 'the text fits no template that the carrier knows' },
} as const satisfies Record<string, Class>

export type ClassName = keyof typeof CLASSES

export const CLASS_NAMES = Object.keys(CLASSES) as ClassName[]

export const isClassName = (name: string): name is ClassName => Object.hasOwn(CLASSES, name)

const BY_CODE: ReadonlyMap<number, Class> = new Map(Object.values(CLASSES).map((each) => [each.code, each]))

/** The class of a code; what has none is refused here, which is what a carrier's "no" means at the least. */
export const classOf = (code: number): Class => BY_CODE.get(code) ?? CLASSES['rejected-here']

/** Whether a class may stand for what a receipt says: by then the message is out of our hands, and nothing is sent again. */
export const isForReceipts = (name: ClassName): boolean => CLASSES[name].fate === 'end' || name === 'sender' || name === 'number'
