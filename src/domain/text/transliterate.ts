import { isGsm7 } from './gsm7.ts'

/**
 * 1: Latin letters by sound (`Privet`). 2: whatever looks alike (`mpaHc/Ium`), upper or lower case as the shape asks.
 */
export type Transliteration = 1 | 2

type Spelling = Readonly<Record<string, string>>

// biome-ignore format: tables read better in columns
const BY_SOUND: Spelling = {
  а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ё: 'e', ж: 'zh', з: 'z', и: 'i', й: 'j', к: 'k', л: 'l', м: 'm', н: 'n', о: 'o',
  п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'h', ц: 'c', ч: 'ch', ш: 'sh', щ: 'sch', ъ: '', ы: 'y', ь: "'", э: 'e', ю: 'ju',
  я: 'ja',
  і: 'i', ї: 'ji', є: 'je', ґ: 'g', // Ukrainian
  ў: 'u', // Belarusian
  ә: 'a', ғ: 'g', қ: 'k', ң: 'n', ө: 'o', ұ: 'u', ү: 'u', һ: 'h', // Kazakh
  ј: 'j', љ: 'lj', њ: 'nj', ћ: 'c', ђ: 'dj', џ: 'dzh', // Serbian
}

// biome-ignore format: tables read better in columns
const BY_LOOK: Spelling = {
  а: 'a', б: '6', в: 'B', г: 'r', д: 'g', е: 'e', ё: 'e', ж: '*', з: '3', и: 'u', й: 'u', к: 'k', л: '/I', м: 'M', н: 'H', о: 'o',
  п: 'n', р: 'p', с: 'c', т: 'm', у: 'y', ф: 'qp', х: 'x', ц: 'u,', ч: '4', ш: 'w', щ: 'w,', ъ: "'b", ы: 'bI', ь: 'b', э: '3',
  ю: 'IO', я: '9',
  і: 'i', ї: 'i', є: 'e', ґ: 'r', ў: 'y', ә: 'a', ғ: 'F', қ: 'k', ң: 'H', ө: 'o', ұ: 'Y', ү: 'Y', һ: 'h',
  ј: 'j', љ: '/Ib', њ: 'Hb', ћ: 'h', ђ: 'h', џ: 'u,',
}

/** Capitals whose own shape is a Latin capital; the others are written like their small letters. */
// biome-ignore format: tables read better in columns
const CAPITALS_BY_LOOK: Spelling = {
  А: 'A', Е: 'E', Ё: 'E', И: 'U', Й: 'U', К: 'K', О: 'O', Р: 'P', С: 'C', Т: 'T', У: 'Y', Х: 'X', Ц: 'U,', Ш: 'W', Щ: 'W,',
  І: 'I', Ї: 'I', Є: 'E', Ў: 'Y', Ә: 'A', Қ: 'K', Ө: 'O', Һ: 'H', Ј: 'J',
}

/** Signs that people write and GSM 7-bit lacks. Others are taken apart by Unicode (`…`, `№`, accents). */
// biome-ignore format: tables read better in columns
const SIGNS: Spelling = {
  '«': '"', '»': '"', '“': '"', '”': '"', '„': '"', '‘': "'", '’': "'", '‚': "'", '‹': "'", '›': "'", '`': "'", '´': "'", ʼ: "'",
  '–': '-', '—': '-', '−': '-', '‐': '-', '‑': '-', '•': '*', '·': '*', '×': 'x', '÷': '/', '⁄': '/', '\t': ' ', '\u00ad': '',
  '©': '(c)', '®': '(r)', '°': 'o', '₽': 'rub', '₸': 'tg', '₴': 'grn', ı: 'i', ł: 'l', Ł: 'L', đ: 'd', Đ: 'D',
}

const LOOK: ReadonlyMap<string, string> = new Map(
  Object.entries(BY_LOOK).flatMap(([small, spelling]) => {
    const capital = small.toUpperCase()
    return [[small, spelling] as const, [capital, CAPITALS_BY_LOOK[capital] ?? spelling] as const]
  }),
)
const SOUND: ReadonlyMap<string, string> = new Map(Object.entries(BY_SOUND))
const SIGN: ReadonlyMap<string, string> = new Map(Object.entries(SIGNS))

/**
 * Writes a text in GSM 7-bit (SMSC API, translit), so that 160 characters go in one part. What is GSM 7-bit already stays as it is;
 * what cannot be spelled becomes `?`. A capital of several letters is `Sch` before a small letter and `SCH` among capitals.
 *
 *     transliterate('Щука и ЩИ', 1)  // Schuka i SCHI
 *     transliterate('транслит', 2)   // mpaHc/Ium
 */
export function transliterate(text: string, how: Transliteration): string {
  if (isGsm7(text)) return text
  const chars = [...text.normalize('NFC')]
  const letter = how === 1 ? (at: number) => bySound(chars, at) : (at: number) => LOOK.get(chars[at] ?? '')
  let spelled = ''
  for (const [at, char] of chars.entries()) spelled += letter(at) ?? bySign(char)
  return spelled
}

function bySound(chars: readonly string[], at: number): string | undefined {
  const char = chars[at] ?? ''
  const small = SOUND.get(char)
  if (small !== undefined) return small
  const spelling = SOUND.get(char.toLowerCase())
  if (spelling === undefined) return undefined
  const next = chars[at + 1] ?? ''
  const neighbour = isLetter(next) ? next : (chars[at - 1] ?? '')
  return isCapital(neighbour) ? spelling.toUpperCase() : spelling.slice(0, 1).toUpperCase() + spelling.slice(1)
}

function bySign(char: string): string {
  if (isGsm7(char)) return char
  const sign = SIGN.get(char)
  if (sign !== undefined) return sign
  const decomposed = [...char.normalize('NFKD')].filter((part) => !INVISIBLE.test(part))
  return decomposed.map((part) => (isGsm7(part) ? part : (SIGN.get(part) ?? SOUND.get(part) ?? '?'))).join('')
}

const INVISIBLE = /[\p{M}\p{Cf}]/u
const isLetter = (char: string): boolean => char.toLowerCase() !== char.toUpperCase()
const isCapital = (char: string): boolean => isLetter(char) && char === char.toUpperCase()
