import assert from 'node:assert/strict'
import { test } from 'node:test'
import { handsetAddress } from './handset-address.ts'
import type { NumberProfile } from './parse.ts'

// as a carrier writes it, as it is stored
const ADDRESSES: readonly (readonly [written: string, stored: string, profile?: NumberProfile])[] = [
  ['79161234567', '79161234567'],
  ['+79161234567', '79161234567'],
  ['89161234567', '79161234567'],
  ['+89161234567', '79161234567'], // international by its TON, and written as at home
  ['9161234567', '79161234567'],
  [' 79161234567 ', '79161234567'],
  ['+84912345678', '84912345678'],
  ['80291234567', '375291234567', 'belarus'],
  ['4321', '4321'],
  ['+4321', '4321'],
  ['0500', '0500'],
  ['8800', '8800'],
  ['Bank', 'Bank'],
  ['MTS 24', 'MTS 24'],
  ['*100#', '*100#'],
  ['', ''],
  ['123456789012345678901234', '123456789012345678901234'],
]
for (const [written, stored, profile = 'russia'] of ADDRESSES)
  test(`'${written}' of a carrier in ${profile} is stored as '${stored}'`, () =>
    assert.equal(handsetAddress(written, profile), stored))
