import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupName, parseBirthday } from './contact.ts'

// written, read
const birthdays: [written: string, read: string | undefined][] = [
  ['11.03.1962', '11.03.1962'],
  ['1.3.1962', '01.03.1962'],
  ['29.02.2024', '29.02.2024'],
  ['', ''],
  ['29.02.2023', undefined],
  ['31.04.1990', undefined],
  ['00.01.1990', undefined],
  ['01.13.1990', undefined],
  ['01.01.0090', undefined],
  ['1990-01-01', undefined],
  ['01.01.19900', undefined],
  ["01.01.1990'", undefined],
]
for (const [written, read] of birthdays) {
  test(`the birthday '${written}' is ${read ?? 'none'}`, () => assert.equal(parseBirthday(written), read))
}

// written, kept
const names: [written: string, kept: string][] = [
  ['my group new name', 'My group new name'],
  [' друзья ', 'Друзья'],
  ['1st', '1st'],
  ['ßx', 'ßx'],
  ['😀 smile', '😀 smile'],
  [' ', ''],
]
for (const [written, kept] of names) {
  test(`a group called '${written}' is '${kept}'`, () => assert.equal(groupName(written), kept))
}
