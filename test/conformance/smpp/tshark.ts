import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from '../../support/program.ts'
import { pcapOf, SMPP_PORT } from './pcap.ts'
import type { Conversation } from './recorder.ts'

/** A PDU as Wireshark's dissector sees it. */
export interface Dissected {
  readonly fromServer: boolean
  readonly commandId: string // `0x80000004`
  readonly malformed: boolean
}

/** Has tshark read conversations; what its dissector for SMPP did not take for SMPP is not among the answers. */
export async function dissect(folder: string, conversations: readonly Conversation[]): Promise<readonly Dissected[]> {
  const file = join(folder, 'smpp.pcap')
  writeFileSync(file, pcapOf(conversations))
  const fields = ['tcp.srcport', 'smpp.command_id', '_ws.malformed'].flatMap((field) => ['-e', field])
  const { code, output } = await runProgram('tshark', [
    ...['-n', '-r', file, '-d', `tcp.port==${SMPP_PORT},smpp`, '-Y', 'smpp'],
    ...['-T', 'fields', ...fields],
  ])
  if (code !== 0) throw new Error(`tshark ended with ${code}: ${output}`)
  const rows = output.split('\n').filter((line) => /^\d+\t/.test(line))
  return rows.map((line) => {
    const [port = '', commandId = '', malformed = ''] = line.split('\t')
    return { fromServer: port === String(SMPP_PORT), commandId, malformed: malformed !== '' }
  })
}
