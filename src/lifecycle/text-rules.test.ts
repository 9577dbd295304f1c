import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALEX, accepted } from '../../test/support/http-api.ts'
import type { SendRequest } from './request.ts'
import { withTextRules } from './text-rules.ts'

const request = (sender: string): SendRequest => ({
  ...{ account: ALEX, channel: 'sms', sender, ref: undefined, octets: undefined, dcs: undefined, pid: 0, translit: 0 },
  lines: [{ phones: ['79161234567'], text: 'Hello', comment: '', sender: undefined, dueAtMs: 0 }],
  ...{ shortenLinks: false, partsMax: 0, validityMs: 0, spread: undefined, bot: undefined, hash: 0n },
})

// as it is asked for, as it goes out
for (const [written, shown] of [
  ['BANK', 'BANK'],
  [' BANK ', 'BANK'],
  ['+79160000009', '79160000009'],
  ['.', ''],
] as const) {
  test(`a text from '${written}' is judged by who it goes out under`, async () => {
    const asked: string[] = []
    const rules = {
      judge: (_: string | undefined, sender: string) => void asked.push(sender),
      sign: (text: string, _: string, sender: string) => (asked.push(sender) > 0 ? text : ''),
      templates: 0,
    }
    const path = { accept: async () => accepted(), estimate: async () => accepted() }
    await withTextRules(path, () => rules).accept(request(written))
    assert.deepEqual(new Set(asked), new Set([shown]))
  })
}
