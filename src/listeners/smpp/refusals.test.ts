import assert from 'node:assert/strict'
import { test } from 'node:test'
import { REFUSALS, Refusal, type RefusalCode } from '../../domain/refusal.ts'
import { STATUS, statusName } from '../../protocols/smpp/status.ts'
import { refusalTable, statusOfError, statusOfRecipient } from './refusals.ts'

const TABLE = refusalTable()

// biome-ignore format: a table reads better in columns
const EXPECTED: Readonly<Record<RefusalCode, string>> = {
  bad_request:        'ESME_RSUBMITFAIL',
  bad_credentials:    'ESME_RBINDFAIL',
  insufficient_funds: 'ESME_RSUBMITFAIL',
  ip_blocked:         'ESME_RBINDFAIL',
  bad_time:           'ESME_RINVSCHED',
  denied:             'ESME_RSUBMITFAIL',
  bad_number:         'ESME_RINVDSTADR',
  no_route:           'ESME_RINVDSTADR',
  duplicate:          'ESME_RSUBMITFAIL', // a throttled one would be repeated for ever
  too_many_requests:  'ESME_RTHROTTLED',
  overloaded:         'ESME_RTHROTTLED',
  not_found:          'ESME_RINVMSGID',
  no_subclient:       'ESME_RSUBMITFAIL',
  shared_balance:     'ESME_RSUBMITFAIL',
  not_saved:          'ESME_RSUBMITFAIL',
  unavailable:        'ESME_RSYSERR',
}

test('every refusal has its command_status', () => {
  for (const code of Object.keys(REFUSALS) as RefusalCode[]) {
    assert.equal(statusName(statusOfError(new Refusal(code), TABLE)), EXPECTED[code], code)
  }
})

test('what is no refusal is a system error', () => {
  assert.equal(statusOfError(new Error('a bug'), TABLE), STATUS.ESME_RSYSERR)
})

test('a refused recipient says why', () => {
  const named = (status: number, err: number) => statusName(statusOfRecipient({ status, err }, TABLE))
  assert.equal(named(0, 0), 'ESME_ROK')
  assert.equal(named(22, 249), 'ESME_RINVDSTADR')
  assert.equal(named(23, 254), 'ESME_RINVSRCADR')
  assert.equal(named(23, 253), 'ESME_RSUBMITFAIL')
  assert.equal(named(23, 251), 'ESME_RSUBMITFAIL')
  assert.equal(named(24, 0), 'ESME_RSUBMITFAIL')
  assert.equal(named(25, 248), 'ESME_RINVDSTADR')
})

test('operators may tell customers in their own way that the money is gone', () => {
  const own = refusalTable(0x0400)
  assert.equal(statusOfError(new Refusal('insufficient_funds'), own), 0x400)
  assert.equal(statusOfRecipient({ status: 24, err: 0 }, own), 0x400)
  assert.equal(statusOfError(new Refusal('denied'), own), STATUS.ESME_RSUBMITFAIL)
})
