import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isGsm7 } from './gsm7.ts'
import { type Transliteration, transliterate } from './transliterate.ts'

const RUSSIAN = 'абвгдеёжзийклмнопрстуфхцчшщъыьэюя'

// biome-ignore format: a table reads better in columns
const cases: [how: Transliteration, text: string, spelled: string][] = [
  [1, RUSSIAN, "abvgdeezhzijklmnoprstufhcchshschy'ejuja"],
  [2, RUSSIAN, "a6Brgee*3uuk/IMHonpcmyqpxu,4ww,'bbIb3IO9"],
  [2, 'транслит', 'mpaHc/Ium'],
  [1, 'Привет, мир!', 'Privet, mir!'],
  [1, 'Щука и ЩИ', 'Schuka i SCHI'],
  [1, 'ЮЛЯ МОЯ', 'JULJA MOJA'],
  [1, 'Я иду', 'Ja idu'],
  [1, 'Ю. Яковлев', 'Ju. Jakovlev'],
  [1, 'ОБЪЕЗД', 'OBEZD'],
  [1, 'ДВЕРЬ', "DVER'"],
  [2, 'ТЕСТ', 'TECT'],
  [2, 'Шум', 'WyM'],
  [1, 'Київ, Ґанок, Єва', 'Kijiv, Ganok, Jeva'],
  [1, 'Менің қалам Әсем', 'Menin kalam Asem'],
  [1, 'Мой ўзор', 'Moj uzor'],
  [1, '«Цена» — 5 ₽… №7', '"Cena" - 5 rub... No7'],
  [1, 'и\u0306', 'j'],
  [1, 'Café ça Łódź', 'Café ca Lodz'],
  [1, '{€} – да', '{€} - da'],
  [1, 'Ок 😀', 'Ok ?'],
  [2, 'Ок 👍🏽', 'Ok ??'],
  [1, 'plain [text]', 'plain [text]'],
  [1, 'Москва\nул. Мира', 'Moskva\nul. Mira'],
]

for (const [how, text, spelled] of cases) {
  test(`${how}: ${text}`, () => assert.equal(transliterate(text, how), spelled))
}

test('every text comes out in GSM 7-bit', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom<Transliteration>(1, 2), (text, how) => {
      assert.ok(isGsm7(transliterate(text, how)))
    }),
  )
})

test('every letter of the languages around has a spelling', () => {
  for (const char of `${RUSSIAN}іїєґўәғқңөұүһ`) {
    for (const how of [1, 2] as const) {
      assert.ok(!transliterate(char, how).includes('?'), char)
      assert.ok(!transliterate(char.toUpperCase(), how).includes('?'), char.toUpperCase())
    }
  }
})
