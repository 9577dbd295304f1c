import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressRefusal } from './callable-address.ts'

// biome-ignore format: a table reads better in columns
const REFUSED: [address: string, says: RegExp][] = [
  ['127.0.0.1',            /this machine itself/],
  ['127.8.9.1',            /this machine itself/],
  ['0.0.0.0',              /this machine itself/],
  ['0.1.2.3',              /this machine itself/],
  ['10.0.0.1',             /private network/],
  ['172.16.3.4',           /private network/],
  ['172.31.255.255',       /private network/],
  ['192.168.1.1',          /private network/],
  ['100.64.0.1',           /private network/],
  ['100.100.100.200',      /private network/], // metadata of a cloud
  ['169.254.169.254',      /link-local/],
  ['168.63.129.16',        /cloud/],
  ['192.0.0.192',          /no address on the public internet/],
  ['198.18.0.1',           /no address on the public internet/],
  ['203.0.113.7',          /no address on the public internet/],
  ['224.0.0.1',            /no address on the public internet/],
  ['255.255.255.255',      /no address on the public internet/],
  ['240.0.0.1',            /no address on the public internet/],
  ['::',                   /this machine itself/],
  ['::1',                  /this machine itself/],
  ['::2',                  /no address on the public internet/],
  ['::127.0.0.1',          /this machine itself/],
  ['::ffff:127.0.0.1',     /this machine itself/],
  ['::ffff:a00:1',         /private network/],
  ['::ffff:0:7f00:1',      /no address on the public internet/],
  ['64:ff9b::7f00:1',      /this machine itself/],
  ['64:ff9b::a9fe:a9fe',   /link-local/],
  ['64:ff9b:1::1',         /no address on the public internet/],
  ['2002:7f00:1::',        /this machine itself/],
  ['2002:a9fe:a9fe::1',    /link-local/],
  ['2001:0:1234::1',       /no address on the public internet/],
  ['fe80::1',              /link-local/],
  ['fec0::1',              /no address on the public internet/],
  ['fd00:ec2::254',        /private network/],
  ['ff02::1',              /no address on the public internet/],
  ['2001:db8::1',          /no address on the public internet/],
  ['4000::1',              /no address on the public internet/],
  ['fe80::1%eth0',         /no address/],
  ['example.com',          /no address/],
]

for (const [address, says] of REFUSED) {
  test(`${address} is not called for a customer`, () => assert.match(addressRefusal(address) ?? 'it is called', says))
}

for (const address of ['8.8.8.8', '93.184.216.34', '172.32.0.1', '2606:2800:220:1::1', '64:ff9b::808:808', '::ffff:8.8.8.8']) {
  test(`${address} may be called`, () => assert.equal(addressRefusal(address), undefined))
}

test('a sandbox may call its own machine, and still nothing private', () => {
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
    assert.equal(addressRefusal(address, { loopback: true }), undefined)
  for (const address of ['10.0.0.1', '169.254.169.254', '0.0.0.0', 'fe80::1'])
    assert.notEqual(addressRefusal(address, { loopback: true }), undefined, address)
})
