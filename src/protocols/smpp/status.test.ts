import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeStatus, STATUS, statusName } from './status.ts'

test('a status is found by its number and by its name', () => {
  for (const [name, code] of Object.entries(STATUS)) assert.equal(statusName(code), name)
  assert.equal(STATUS.ESME_RTHROTTLED, 0x58)
  assert.equal(STATUS.ESME_RINVDLNAME, 0x34)
})

test('no two statuses share a number', () => {
  const codes = Object.values(STATUS)
  assert.equal(new Set(codes).size, codes.length)
})

test('a status nobody defined is still said', () => {
  assert.equal(statusName(0x0401), 'vendor status 0x401')
  assert.equal(statusName(0xdeadbeef), 'unknown status 0xdeadbeef')
  assert.equal(describeStatus(0x58), 'ESME_RTHROTTLED (0x58), throttled: over the allowed message rate')
})
