import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBinary } from './binary.ts'

const latin1 = (hex: string) => Buffer.from(hex, 'hex').toString('latin1')
const EMS = '050A0307056048656C6C6F2C20576F726C6421'
const PUSH = '0605040B8423F0DC0601AE02056A0045C60C037761702E72752F0001037761702E7275000101'

// biome-ignore format: a table reads better in columns
const good: [name: string, mes: string, bin: 1 | 2, udh: string, octets: string, pid?: number | undefined, dcs?: number | undefined, comment?: string][] = [
  ['the EMS sample in hex',          EMS,                                      2, '0a03070560', '48656c6c6f2c20576f726c6421'],
  ['the EMS sample as bytes',        latin1(EMS),                              1, '0a03070560', '48656c6c6f2c20576f726c6421'],
  ['the WAP push sample',            PUSH,                                     2, '05040b8423f0', PUSH.slice(14).toLowerCase()],
  ['no header',                      '00414243',                               2, '', '414243'],
  ['a header alone',                 '0605040b8423f0',                         2, '05040b8423f0', ''],
  ['spaces between the digits',      '00 41 42\n43',                           2, '', '414243'],
  ['pid and dcs behind hex',         '0041\n~~~\npid: 64, dcs: 245',           2, '', '41', 64, 245],
  ['pid and dcs behind bytes',       `${latin1('0041')}\n~~~\npid: 0, dcs: 4`, 1, '', '41', 0, 4],
  ['a comment behind hex',           '0041\\n~~~\\nfor Ann',                   2, '', '41', undefined, undefined, 'for Ann'],
  ['1000 octets',                    '00'.repeat(1000),                        2, '', '00'.repeat(999)],
]

for (const [name, mes, bin, udh, octets, pid, dcs, comment = ''] of good) {
  test(name, () => {
    const read = readBinary(mes, bin)
    assert.ok(!('problem' in read))
    assert.equal(Buffer.from(read.udh).toString('hex'), udh)
    assert.equal(Buffer.from(read.octets).toString('hex'), octets)
    assert.deepEqual([read.pid, read.dcs, read.comment], [pid, dcs, comment])
  })
}

// biome-ignore format: a table reads better in columns
const bad: [name: string, mes: string, bin: 1 | 2, problem: string][] = [
  ['nothing',                                 '',                                          2, 'empty'],
  ['only a tail',                             '\n~~~\npid: 0, dcs: 4',                     1, 'empty'],
  ['an odd number of digits',                 '004',                                       2, 'not_hex'],
  ['a character that is no digit',            '00zz',                                      2, 'not_hex'],
  ['a character that is no octet',            'я',                                         1, 'not_octets'],
  ['a header longer than the message',        '0a0003',                                    2, 'bad_udh'],
  ['an element longer than its header',       '050006cc020141',                            2, 'bad_udh'],
  ['too many octets',                         '00'.repeat(1001),                           2, 'too_long'],
  ['a header that leaves no room for parts',  `8a7088${'00'.repeat(136)}${'41'.repeat(9)}`, 2, 'too_long'],
]

for (const [name, mes, bin, problem] of bad) {
  test(`refused: ${name}`, () => assert.deepEqual(readBinary(mes, bin), { problem }))
}
