import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DATES, DELIVERED, FAILED, HLR, ONE, askStatus as status, WHEN } from '../../../../test/support/status-api.ts'
import type { MessageReport } from '../../../lifecycle/report.ts'

// parameters, what is stored, answer (LF as ~)
const answers: [claim: string, parameters: string, message: MessageReport, answer: string][] = [
  ['all=0', `${ONE}&fmt=0`, DELIVERED, `Status = 1, ${DATES}, err = 0`],
  ['all=0', `${ONE}&fmt=1`, DELIVERED, '1,1518438861,0'],
  [
    'all=0',
    `${ONE}&fmt=2`,
    DELIVERED,
    '<sms>~<status>1</status>~<last_date>12.02.2018 18:34:21</last_date>~<last_timestamp>1518438861</last_timestamp>~<flag>0</flag>~</sms>',
  ],
  ['all=0', `${ONE}&fmt=3`, DELIVERED, `{~"status": 1,~${WHEN}~}`],
  [
    'all=1',
    `${ONE}&fmt=0&all=1`,
    DELIVERED,
    `Status = 1, ${DATES}, err = 0, send_date = 12.02.2018 18:34:17, phone = 77011234567, cost = 6.40, sender_id = SMSC.KZ, status_name = Доставлено, message = Test, comment = , type = 0`,
  ],
  ['all=1', `${ONE}&fmt=1&all=1`, DELIVERED, '1,1518438861,0,1518438857,77011234567,6.40,SMSC.KZ,Доставлено,Test,,0'],
  [
    'all=2',
    `${ONE}&fmt=0&all=2`,
    DELIVERED,
    `Status = 1, ${DATES}, err = 0, send_date = 12.02.2018 18:34:17, phone = 77011234567, country = Казахстан, operator = K'cell, region = , cost = 6.40, sender_id = SMSC.KZ, status_name = Доставлено, message = Test, comment = , type = 0`,
  ],
  [
    'all=2',
    `${ONE}&fmt=1&all=2`,
    DELIVERED,
    "1,1518438861,0,1518438857,77011234567,Казахстан,K'cell,,6.40,SMSC.KZ,Доставлено,Test,,0",
  ],
  [
    'all=1',
    `${ONE}&fmt=3&all=1`,
    DELIVERED,
    `{~"status": 1,~${WHEN},~"send_date": "12.02.2018 18:34:17",~"send_timestamp": 1518438857,~"phone": "77011234567",~"cost": "6.40",~"sender_id": "SMSC.KZ",~"status_name": "Доставлено",~"message": "Test",~"comment": "",~"mccmnc": "40102",~"type": 0,~"sms_cnt": 1~}`,
  ],
  [
    'all=2 with a comment, in UTF-8',
    `${ONE}&fmt=2&all=2&charset=utf-8`,
    { ...DELIVERED, comment: 'Bill <7>' },
    '<?xml version="1.0" encoding="utf-8"?>~<sms>~<status>1</status>~<last_date>12.02.2018 18:34:21</last_date>~<last_timestamp>1518438861</last_timestamp>~<flag>0</flag>~<send_date>12.02.2018 18:34:17</send_date>~<send_timestamp>1518438857</send_timestamp>~<phone>77011234567</phone>~<cost>6.40</cost>~<sender_id>SMSC.KZ</sender_id>~<status_name>Доставлено</status_name>~<message>Test</message>~<comment>Bill &lt;7&gt;</comment>~<mccmnc>40102</mccmnc>~<country>Казахстан</country>~<operator>K\'cell</operator>~<region></region>~<type>0</type>~<sms_cnt>1</sms_cnt>~</sms>',
  ],
  [
    'a failed message always has err',
    `phone=77011234567&id=32&fmt=3`,
    { ...FAILED, err: 0, state: 24 },
    '{~"status": 24,~"last_date": "17.03.2023 19:47:56",~"last_timestamp": 1679060876,~"flag": 0,~"err": 0~}',
  ],
  ['virtual sending says 200', `${ONE}&fmt=3`, { ...DELIVERED, err: 200 }, `{~"status": 1,~${WHEN},~"err": 200~}`],
  ['a waiting message has no err', `${ONE}&fmt=3`, { ...DELIVERED, state: -1 }, `{~"status": -1,~${WHEN}~}`],
  [
    'a ping always has err',
    `${ONE}&fmt=3`,
    { ...DELIVERED, channel: 'ping', flag: 5 },
    `{~"status": 1,~${WHEN.replace('"flag": 0', '"flag": 5')},~"err": 0~}`,
  ],
  [
    'a message not sent yet has the date it was accepted',
    `${ONE}&fmt=1&all=1`,
    { ...DELIVERED, sentAtMs: 0, state: -1 },
    '-1,1518438861,0,1518438856,77011234567,6.40,SMSC.KZ,Ожидает отправки,Test,,0',
  ],
  ['no date yet is empty, and 0', `${ONE}&fmt=0`, { ...DELIVERED, stateAtMs: 0 }, 'Status = 1, check_time = , err = 0'],
  [
    'line ends do not end the line',
    `${ONE}&fmt=1&all=1`,
    { ...DELIVERED, text: 'a\r\nb\nc' },
    '1,1518438861,0,1518438857,77011234567,6.40,SMSC.KZ,Доставлено,a b c,,0',
  ],
  [
    'a look-up, all=0',
    `${ONE}&fmt=0`,
    HLR,
    `Status = 1, ${DATES}, err = 0, imsi = 250011234567890, msc = 79160000000, mcc = 250, mnc = 01, cn = Russia, net = MTS, rcn = , rnet = `,
  ],
  ['a look-up, all=0', `${ONE}&fmt=1`, HLR, '1,1518438861,0,250011234567890,79160000000,250,01,Russia,MTS,,'],
  [
    'a look-up, all=0',
    `${ONE}&fmt=3`,
    HLR,
    `{~"status": 1,~${WHEN.replace('"flag": 0', '"flag": 4')},~"err": 0,~"imsi": "250011234567890",~"msc": "79160000000",~"mcc": "250",~"mnc": "01",~"cn": "Russia",~"net": "MTS",~"rcn": "",~"rnet": ""~}`,
  ],
  [
    'a look-up without an answer has its fields, empty',
    `${ONE}&fmt=1`,
    { ...HLR, hlr: undefined, state: -1 },
    '-1,1518438861,0,,,,,,,,',
  ],
]
for (const [claim, parameters, message, answer] of answers) {
  test(`status.php: ${claim}, ${parameters}`, async () => {
    assert.equal((await status(parameters, [message])).body, answer.replaceAll('~', '\n'))
  })
}

test('clients know a look-up by the 14th value with all=1, by the 17th with all=2', async () => {
  assert.equal((await status(`${ONE}&fmt=1&all=1`, [HLR])).body.split(',')[14], 'HLR')
  assert.equal((await status(`${ONE}&fmt=1&all=2`, [HLR])).body.split(',')[17], 'HLR')
  assert.match((await status(`${ONE}&fmt=3&all=1`, [HLR])).body, /"sender_id": "HLR"/)
})

test('the answer recorded in 2018 is ours without the members that came later', async () => {
  const recorded =
    '{\n"status": 1,\n"last_date": "12.02.2018 18:34:21",\n"last_timestamp": 1518438861,\n"send_date": "12.02.2018 18:34:17",\n"send_timestamp": 1518438857,\n"phone": "77011234567",\n"cost": "6.40",\n"sender_id": "SMSC.KZ",\n"status_name": "Доставлено",\n"message": "Test",\n"country": "Казахстан",\n"operator": "K\'cell",\n"region": "",\n"type": 0\n}'
  const { body } = await status(`${ONE}&fmt=3&all=2`, [DELIVERED])
  assert.equal(body.replace(/"(flag|comment|mccmnc)": .*\n/g, '').replace(/,\n"sms_cnt": 1/, ''), recorded)
})

// parameters, answer (LF as ~)
const lost: [parameters: string, answer: string][] = [
  [`${ONE}&fmt=0`, 'Status = -3, check_time = , err = 0'],
  [`${ONE}&fmt=1`, '-3,0,0'],
  [`${ONE}&fmt=1&all=2`, '-3,0,0'],
  [`${ONE}&fmt=2`, '<sms>~<status>-3</status>~<last_date></last_date>~<last_timestamp>0</last_timestamp>~</sms>'],
  [`${ONE}&fmt=3`, '{~"status": -3,~"last_date": "",~"last_timestamp": 0~}'],
]
for (const [parameters, answer] of lost) {
  test(`a message that is not there: ${parameters}`, async () =>
    assert.equal((await status(parameters, [])).body, answer.replaceAll('~', '\n')))
}
