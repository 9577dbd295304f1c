import assert from 'node:assert/strict'
import { story } from '../../support/story.ts'
import { cstring, framed, openRaw } from './raw.ts'
import type { PeersScene } from './scene.ts'

const STATUS_AT = 8
const BODY_AT = 16

export function tellCloudhopper(scene: () => PeersScene): void {
  /** These libraries run in Java and Python and are not installed here: what they are known to write, written by hand. */
  story('habits of cloudhopper and Jasmin are understood', async (t) => {
    const { login, password } = await scene().account('cloudhopper')
    const client = await openRaw(t, scene().port)
    // cloudhopper binds with an empty address range and looks for sc_interface_version behind the name.
    const bound = await client.ask(framed(0x09, 0, 1, `${cstring(login)} ${cstring(password)} ${cstring('cptest')} 34 00 00 00`))
    assert.equal(bound.readUInt32BE(STATUS_AT), 0)
    assert.equal(bound.toString('hex', bound.length - 5), '0210000134')
    assert.equal(bound.indexOf(0, BODY_AT), bound.length - 6, 'before it stands a name with its NUL')

    const submit = (phone: string, more: string) =>
      framed(0x04, 0, 2, `00 05 00 ${cstring('Shop')} 01 01 ${cstring(phone)} ${more}`)
    const refused = await client.ask(submit('12', '00 00 00 00 00 00 00 00 00 02 4869'))
    assert.equal(refused.toString('hex'), octets('00000011 80000004 0000000b 00000002 00'), 'a refusal has an empty message_id')

    const sent = await client.ask(submit('79161234591', '00 00 00 00 00 01 00 00 00 02 4869'))
    assert.equal(sent.readUInt32BE(STATUS_AT), 0)
    const receipt = await client.pdu()
    // Some acknowledge with no body at all.
    client.write(framed(0x80000005, 0, receipt.readUInt32BE(12), ''))
    assert.equal((await client.ask(framed(0x15, 0, 3, ''))).toString('hex'), octets('00000010 80000015 00000000 00000003'))

    // Jasmin leaves by unbind and waits for the answer.
    assert.equal((await client.ask(framed(0x06, 0, 4, ''))).toString('hex'), octets('00000010 80000006 00000000 00000004'))
    await client.closed()
    const again = await openRaw(t, scene().port)
    assert.equal(
      (await again.ask(framed(0x01, 0, 1, `${cstring(login)} ${cstring(password)} 00 34 00 00 00`))).readUInt32BE(STATUS_AT),
      0,
    )
    const echo = await again.ask(framed(0x15, 0, 2, ''))
    assert.equal(echo.readUInt32BE(4), 0x80000015, 'what was acknowledged does not come again')
  })
}

const octets = (hex: string): string => hex.replaceAll(' ', '')
