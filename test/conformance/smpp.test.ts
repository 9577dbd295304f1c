import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { encodePdu } from '../../src/protocols/smpp/codec.ts'
import { tellCloudhopper } from './smpp/cloudhopper.ts'
import { tellKannel } from './smpp/kannel.ts'
import { tellNpmSmpp } from './smpp/npm-smpp.ts'
import { tellOfficial } from './smpp/official.ts'
import { tellPerl } from './smpp/perl.ts'
import { tellPhp } from './smpp/php.ts'
import { missing, openPeersScene, type PeersScene } from './smpp/scene.ts'
import { dissect } from './smpp/tshark.ts'

// One running sandbox for gateways and libraries of other people, all at once: most of them wait most of the time.
let scene: PeersScene
before(async () => {
  scene = await openPeersScene()
})
after(() => scene?.close())

const there = (): PeersScene => scene
const noTshark = missing('tshark', 'tshark', ['/usr/bin/tshark'])

describe('gateways and libraries of other people', { concurrency: true }, () => {
  tellKannel(there)
  tellPerl(there)
  tellPhp(there)
  tellNpmSmpp(there)
  tellOfficial(there)
  tellCloudhopper(there)
})

test("Wireshark's dissector finds nothing wrong in all that we said to them", { skip: noTshark }, async () => {
  const conversations = scene.recorder.conversations()
  const dissected = await dissect(await scene.folder('tshark'), conversations)
  const passed = conversations.flat()
  assert.ok(passed.length > 100, `${passed.length} PDUs were recorded`)
  assert.equal(dissected.length, passed.length, 'it took each for a PDU')
  assert.deepEqual(
    dissected.filter(({ fromServer, malformed }) => fromServer && malformed),
    [],
  )
})

test('that dissector would find a PDU that is cut short', { skip: noTshark }, async () => {
  const whole = encodePdu({ command: 'submit_sm_resp', sequence: 1, message_id: '855469' })
  const cut = Buffer.from(whole.subarray(0, -1)) // its NUL is missing
  cut.writeUInt32BE(cut.length, 0)
  const [found] = await dissect(await scene.folder('cut'), [[{ from: 'server', octets: cut }]])
  assert.equal(found?.malformed, true)
})
