import { encodePdu } from '../../src/protocols/smpp/codec.ts'
import type { Outbox } from './outbox.ts'
import { CODES, putDigits, recipientOf } from './requests.ts'
import { putWord } from './smpp-frames.ts'

/** A submit_sm made once, of which only sequence number, recipient and a code in the text change. */
export interface SubmitTemplate {
  /** Appends the one with this sequence number, to the n-th recipient. */
  write(outbox: Outbox, sequence: number, n: number): void
}

const CODE_DIGITS = 6
const SUBSCRIBER_DIGITS = 7

export function submitTemplate(receipts: boolean): SubmitTemplate {
  const code = '0'.repeat(CODE_DIGITS)
  const frame = encodePdu({
    command: 'submit_sm',
    sequence: 0,
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    destination_addr: recipientOf(0),
    registered_delivery: receipts ? 1 : 0,
    short_message: Buffer.from(`Your confirmation code is ${code}. Do not tell it to anybody.`, 'latin1'),
  })
  const phoneAt = frame.indexOf(recipientOf(0))
  const codeAt = frame.indexOf(code, phoneAt + recipientOf(0).length)
  const codes = CODES.map((each) => Buffer.from(each, 'latin1'))
  return {
    write(outbox, sequence, n) {
      const at = outbox.reserve(frame.length)
      const { bytes } = outbox
      frame.copy(bytes, at)
      putWord(bytes, at + 12, sequence)
      codes[n % codes.length]?.copy(bytes, at + phoneAt)
      putDigits(bytes, at + phoneAt + 4, SUBSCRIBER_DIGITS, Math.floor(n / codes.length))
      putDigits(bytes, at + codeAt, CODE_DIGITS, n)
    },
  }
}
