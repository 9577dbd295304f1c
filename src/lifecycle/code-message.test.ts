import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALEX } from '../../test/support/http-api.ts'
import { textRules } from '../domain/text-rules.ts'
import { makeSendCode } from './code-message.ts'
import type { Accepted, SendRequest } from './request.ts'
import { withTextRules } from './text-rules.ts'

for (const plainly of [false, true]) {
  const where = plainly ? 'in a sandbox' : 'elsewhere'
  test(`${where} a code goes to an account of templates too, and nobody signs it`, async () => {
    const taken: SendRequest[] = []
    const take = async (request: SendRequest): Promise<Accepted> => {
      taken.push(request)
      return { ref: 1, recipients: [], parts: 1, price: 0n, balance: 0n, refusal: undefined }
    }
    const rules = textRules({ only: '*', approved: [], signatures: [{ body: 'Alex', format: '', sender: '' }] })
    const { accept } = withTextRules({ accept: take, estimate: () => assert.fail() }, () => rules)
    await makeSendCode(accept, plainly)(ALEX, '79161234567', { text: 'Code: 1234', shown: 'Code: ****' })
    const [{ lines: [line] = [], octets } = {}] = taken
    assert.deepEqual([line?.text, line?.template], [plainly ? 'Code: 1234' : 'Code: ****', undefined])
    assert.equal(octets && Buffer.from(octets).subarray(1).swap16().toString('utf16le'), plainly ? undefined : 'Code: 1234')
  })
}
