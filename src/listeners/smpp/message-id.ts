/** The account's number behind a message_id of ours: decimal (SMPP 3.4, 5.2.23). Undefined: we never gave such a one. */
export function refOfMessageId(messageId: string): number | undefined {
  const ref = /^\d{1,16}$/.test(messageId) ? Number(messageId) : 0
  return ref > 0 && Number.isSafeInteger(ref) ? ref : undefined
}
