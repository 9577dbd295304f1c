import { binaryRoom, CAPACITY, countParts, PARTS_MAX } from '../../domain/text/segments.ts'
import type { Content } from '../connector.ts'

/** Parts on the simulated wire: as a GSM network would cut it, whatever the channel. At most 255, the most a header can count. */
export function partsOf(content: Content): number {
  if (content.kind === 'none') return 1
  if (content.kind === 'text') return content.udh ? 1 : Math.min(countParts(content.text), PARTS_MAX)

  const { udh, octets } = content
  const headerOctets = udh.length > 0 ? udh.length + 1 : 0
  if (headerOctets + octets.length <= CAPACITY.binary.alone) return 1
  const room = binaryRoom(udh)
  return room < 1 ? PARTS_MAX : Math.min(Math.ceil(octets.length / room), PARTS_MAX)
}
