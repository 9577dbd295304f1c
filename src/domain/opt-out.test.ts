import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountSettings } from './account.ts'
import { asksFor } from './opt-out.ts'

// text, settings, what it asks for
const texts: [text: string, settings: AccountSettings, asks: 'stop' | 'start' | undefined][] = [
  ['STOP', {}, 'stop'],
  ['stop', {}, 'stop'],
  ['СТОП', {}, 'stop'],
  [' «Стоп»!!! ', {}, 'stop'],
  ['Stop.\n', {}, 'stop'],
  ['Отписаться', {}, 'stop'],
  ['unsubscribe', {}, 'stop'],
  ['Stop All', {}, 'stop'],
  ['OPT-OUT', {}, 'stop'],
  ['Opt  out.', {}, 'stop'],
  ['Revoke', {}, 'stop'],
  ['Отпишите меня!', {}, 'stop'],
  ['\ufeffSTOP\u200b', {}, 'stop'],
  ['STOP 🛑', {}, 'stop'],
  ['ＳＴＯＰ', {}, 'stop'],
  ['START', {}, 'start'],
  ['старт', {}, 'start'],
  ['stop it', {}, undefined],
  ['Please stop', {}, undefined],
  ['не стоп', {}, undefined],
  ['стоп стоп', {}, undefined],
  ['STOP?1', {}, undefined],
  ['Отмена', {}, undefined],
  ['', {}, undefined],
  ['!!!', {}, undefined],
  ['stop'.repeat(100), {}, undefined],
  ['STOP', { opt_out: 0 }, undefined],
  ['STOP', { opt_out: '0' }, undefined],
  ['STOP', { opt_out: 1 }, 'stop'],
  ['Хватит', {}, undefined],
  ['Хватит!', { opt_out_words: 'хватит, basta' }, 'stop'],
  ['BASTA', { opt_out_words: 'хватит, basta' }, 'stop'],
  ['stop', { opt_out_words: 'хватит, basta' }, 'stop'],
  ['cancel', { opt_out_words: '-cancel' }, undefined],
  ['stop', { opt_out_words: '-cancel' }, 'stop'],
  ['no  more', { opt_out_words: 'No more' }, 'stop'],
  ['Хватит всЕ', { opt_out_words: 'хватит всё' }, 'stop'],
  ['Ещё', { opt_out_words: 'ЕЩЕ' }, 'stop'],
  ['Хватит мои\u0306', { opt_out_words: 'хватит мой' }, 'stop'],
  ['start', { opt_out_words: 'start' }, 'stop'],
  ['x', { opt_out_words: ',,, ,-,' }, undefined],
]

for (const [text, settings, asks] of texts)
  test(`'${text.slice(0, 20)}' with ${JSON.stringify(settings)} asks for ${asks ?? 'nothing'}`, () =>
    assert.equal(asksFor(text, settings), asks))
