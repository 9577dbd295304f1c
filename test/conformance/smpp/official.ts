import assert from 'node:assert/strict'
import { story } from '../../support/story.ts'
import { cstring, framed, octetsOf, openRaw } from './raw.ts'
import type { PeersScene } from './scene.ts'

/** What the original's own PHP library writes, octet by octet, and what it is answered. */
const BIND_TRANSMITTER = '0000001e 00000002 00000000 00000001  616c657800 31323300 00 34 05 01 00'
const SUBMIT_SM = `00000042 00000004 00000000 00000002  00 05 01 73656e64657200 05 01 373939393939393939393900
  00 00 03 00 00 00 00 04 00 00  0424 000c 74657374206d657373616765`
const SUBMIT_SM_RESP = '00000017 80000004 00000000 00000002  38353534363900'

/**
 * The receipt in the recommended form: a clock decides the dates in its text of 98 octets and nothing else. The number's network is
 * 250 11 by the numbering plan.
 */
const RECEIPT_BEFORE = `000000ca 00000005 00000000 SEQUENCE  00 01 01 373939393939393939393900 05 01 73656e64657200 04 00 00 00 00 00 00 00 00 62`
const RECEIPT_TEXT = /^id:855469 sub:001 dlvrd:001 submit date:(\d{10}) done date:(\d{10}) stat:DELIVRD err:000 text:$/
const RECEIPT_AFTER = `001e 0007 38353534363900   0427 0001 02   0423 0003 030000
  2000 0006 312e35303030     2001 0002 0000  2002 0002 0001  2003 0005 3235303131`

export function tellOfficial(scene: () => PeersScene): void {
  story('the PHP library of the original binds, sends and is answered octet by octet', async (t) => {
    const { centre } = scene()
    await centre.admin('POST', '/accounts', { login: 'alex', password: '123', balance: '100' })
    await centre.admin('PATCH', '/accounts/alex/settings', { 'fl[2]': 1 })
    await centre.query(`update accounts set last_ref = 855468 where login = 'alex'`)

    const library = await openRaw(t, scene().port)
    const bound = await library.ask(BIND_TRANSMITTER)
    assert.deepEqual(bound.subarray(4, 16), octetsOf('80000002 00000000 00000001'))
    assert.equal((await library.ask(SUBMIT_SM)).toString('hex'), octetsOf(SUBMIT_SM_RESP).toString('hex'))
    const stored = await centre.customer('alex', '123').status('79999999999', 855469, { all: 1 })
    assert.deepEqual([stored.message, stored.sender_id], ['test message', 'sender'])
    assert.deepEqual(
      (await library.ask('00000010 00000006 00000000 00000003')).toString('hex'),
      '00000010800000060000000000000003',
    )
    await library.closed()
  })

  story('a receipt has the octets that the original recommends', async (t) => {
    const { centre } = scene()
    const { login, password } = await scene().account('octets')
    await centre.admin('PUT', '/prices', { tariff: 'octets', default: true, price: '1.5' })
    await centre.admin('PATCH', `/accounts/${login}/settings`, { tariff: 'octets' })
    await centre.query(`update accounts set last_ref = 855468 where login = $1`, [login])
    const client = await openRaw(t, scene().port)
    const bind = `${cstring(login)} ${cstring(password)} 00 34 05 01 00`
    assert.equal((await client.ask(framed(0x09, 0, 1, bind))).readUInt32BE(8), 0)

    const wanted = octetsOf(SUBMIT_SM)
    wanted[wanted.length - 16 - 5] = 1 // registered_delivery
    assert.equal((await client.ask(wanted.toString('hex'))).toString('hex'), octetsOf(SUBMIT_SM_RESP).toString('hex'))
    const receipt = await client.pdu()
    const before = octetsOf(RECEIPT_BEFORE.replace('SEQUENCE', receipt.toString('hex', 12, 16)))
    assert.equal(receipt.toString('hex', 0, before.length), before.toString('hex'))
    assert.match(receipt.toString('latin1', before.length, before.length + 98), RECEIPT_TEXT)
    assert.equal(receipt.toString('hex', before.length + 98), octetsOf(RECEIPT_AFTER).toString('hex'))
  })
}
