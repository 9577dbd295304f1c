/** A place numbers were given out for: one of the 89 regions of the register, or two that share a numbering zone. */
export interface Region {
  readonly name: string // in Russian
  readonly nameEn: string
  readonly utcOffsetMinutes: number | undefined // undefined: of several zones
}

type Row = readonly [name: string, nameEn: string, utcHours: number, alsoWritten?: string]

// Where two share a zone they are named in this order.
// biome-ignore format: a table reads better in columns
const ROWS: readonly Row[] = [
  ['Москва', 'Moscow', 3],
  ['Московская область', 'Moscow Oblast', 3],
  ['Санкт-Петербург', 'Saint Petersburg', 3],
  ['Ленинградская область', 'Leningrad Oblast', 3],
  ['Республика Крым', 'Republic of Crimea', 3],
  ['Севастополь', 'Sevastopol', 3],
  ['Архангельская область', 'Arkhangelsk Oblast', 3],
  ['Ненецкий автономный округ', 'Nenets Autonomous Okrug', 3],
  ['Республика Адыгея', 'Republic of Adygea', 3],
  ['Республика Алтай', 'Altai Republic', 7],
  ['Алтайский край', 'Altai Krai', 7],
  ['Амурская область', 'Amur Oblast', 9],
  ['Астраханская область', 'Astrakhan Oblast', 4],
  ['Республика Башкортостан', 'Republic of Bashkortostan', 5],
  ['Белгородская область', 'Belgorod Oblast', 3],
  ['Брянская область', 'Bryansk Oblast', 3],
  ['Республика Бурятия', 'Republic of Buryatia', 8],
  ['Владимирская область', 'Vladimir Oblast', 3],
  ['Волгоградская область', 'Volgograd Oblast', 3],
  ['Вологодская область', 'Vologda Oblast', 3],
  ['Воронежская область', 'Voronezh Oblast', 3],
  ['Республика Дагестан', 'Republic of Dagestan', 3],
  ['Донецкая Народная Республика', 'Donetsk People’s Republic', 3],
  ['Еврейская автономная область', 'Jewish Autonomous Oblast', 10],
  ['Забайкальский край', 'Zabaykalsky Krai', 9],
  ['Запорожская область', 'Zaporozhye Oblast', 3],
  ['Ивановская область', 'Ivanovo Oblast', 3],
  ['Республика Ингушетия', 'Republic of Ingushetia', 3],
  ['Иркутская область', 'Irkutsk Oblast', 8],
  ['Кабардино-Балкарская Республика', 'Kabardino-Balkarian Republic', 3],
  ['Калининградская область', 'Kaliningrad Oblast', 2],
  ['Республика Калмыкия', 'Republic of Kalmykia', 3],
  ['Калужская область', 'Kaluga Oblast', 3],
  ['Камчатский край', 'Kamchatka Krai', 12],
  ['Карачаево-Черкесская Республика', 'Karachay-Cherkess Republic', 3],
  ['Республика Карелия', 'Republic of Karelia', 3],
  ['Кемеровская область - Кузбасс', 'Kemerovo Oblast - Kuzbass', 7, 'Кемеровская область'],
  ['Кировская область', 'Kirov Oblast', 3],
  ['Республика Коми', 'Komi Republic', 3],
  ['Костромская область', 'Kostroma Oblast', 3],
  ['Краснодарский край', 'Krasnodar Krai', 3],
  ['Красноярский край', 'Krasnoyarsk Krai', 7],
  ['Курганская область', 'Kurgan Oblast', 5],
  ['Курская область', 'Kursk Oblast', 3],
  ['Липецкая область', 'Lipetsk Oblast', 3],
  ['Луганская Народная Республика', 'Luhansk People’s Republic', 3],
  ['Магаданская область', 'Magadan Oblast', 11],
  ['Республика Марий Эл', 'Mari El Republic', 3],
  ['Республика Мордовия', 'Republic of Mordovia', 3],
  ['Мурманская область', 'Murmansk Oblast', 3],
  ['Нижегородская область', 'Nizhny Novgorod Oblast', 3],
  ['Новгородская область', 'Novgorod Oblast', 3],
  ['Новосибирская область', 'Novosibirsk Oblast', 7],
  ['Омская область', 'Omsk Oblast', 6],
  ['Оренбургская область', 'Orenburg Oblast', 5],
  ['Орловская область', 'Oryol Oblast', 3],
  ['Пензенская область', 'Penza Oblast', 3],
  ['Пермский край', 'Perm Krai', 5],
  ['Приморский край', 'Primorsky Krai', 10],
  ['Псковская область', 'Pskov Oblast', 3],
  ['Ростовская область', 'Rostov Oblast', 3],
  ['Рязанская область', 'Ryazan Oblast', 3],
  ['Самарская область', 'Samara Oblast', 4],
  ['Саратовская область', 'Saratov Oblast', 4],
  ['Республика Саха (Якутия)', 'Republic of Sakha (Yakutia)', 9],
  ['Сахалинская область', 'Sakhalin Oblast', 11],
  ['Свердловская область', 'Sverdlovsk Oblast', 5],
  ['Республика Северная Осетия - Алания', 'Republic of North Ossetia - Alania', 3],
  ['Смоленская область', 'Smolensk Oblast', 3],
  ['Ставропольский край', 'Stavropol Krai', 3],
  ['Тамбовская область', 'Tambov Oblast', 3],
  ['Республика Татарстан', 'Republic of Tatarstan', 3],
  ['Тверская область', 'Tver Oblast', 3],
  ['Томская область', 'Tomsk Oblast', 7],
  ['Тульская область', 'Tula Oblast', 3],
  ['Республика Тыва', 'Tuva Republic', 7],
  ['Тюменская область', 'Tyumen Oblast', 5],
  ['Удмуртская Республика', 'Udmurt Republic', 4],
  ['Ульяновская область', 'Ulyanovsk Oblast', 4],
  ['Хабаровский край', 'Khabarovsk Krai', 10],
  ['Республика Хакасия', 'Republic of Khakassia', 7],
  ['Ханты-Мансийский автономный округ - Югра', 'Khanty-Mansi Autonomous Okrug - Yugra', 5],
  ['Херсонская область', 'Kherson Oblast', 3],
  ['Челябинская область', 'Chelyabinsk Oblast', 5],
  ['Чеченская Республика', 'Chechen Republic', 3],
  ['Чувашская Республика - Чувашия', 'Chuvash Republic', 3, 'Чувашская Республика'],
  ['Чукотский автономный округ', 'Chukotka Autonomous Okrug', 12],
  ['Ямало-Ненецкий автономный округ', 'Yamalo-Nenets Autonomous Okrug', 5],
  ['Ярославская область', 'Yaroslavl Oblast', 3],
]

/** Words that the register, and people, put before, behind or leave out. */
const MEANINGLESS = new Set('республика область обл край автономный автономная округ ао г город и'.split(' '))

/** What is left of a spelling when word order, stress marks, abbreviations and such words do not count. */
const keyOf = (spelling: string): string =>
  (
    spelling
      .toLowerCase()
      .replaceAll('\u0301', '')
      .match(/[а-яё]+/g) ?? []
  )
    .filter((word) => !MEANINGLESS.has(word))
    .sort()
    .join(' ')

const rowOfKey = new Map(
  ROWS.flatMap((row, at) => [row[0], ...(row[3] ? [row[3]] : [])].map((name) => [keyOf(name), at] as const)),
)

export const REGIONS: readonly Region[] = ROWS.map(([name, nameEn, hours]) => ({ name, nameEn, utcOffsetMinutes: hours * 60 }))

/** The whole of Russia is nobody's region. */
const NOWHERE: Region = { name: '', nameEn: '', utcOffsetMinutes: undefined }

/**
 * Reads a place as the register spells it, in any of its hundred and more ways; undefined: not one of the 89.
 * From near to far between `|`; the last is the region. Of two between commas, ` * ` or `и` the region is both.
 *
 *     regionOf('г. Норильск|г.о. город Норильск|Красноярский край')  // Красноярский край
 *     regionOf('Московская область, Город Москва')                  // Москва и Московская область
 *     regionOf('Республика Саха /Якутия/')                          // Республика Саха (Якутия)
 */
export function regionOf(territory: string): Region | undefined {
  const whole = territory.split('|').at(-1)?.trim() ?? ''
  if (whole === '' || whole === '-' || whole === 'Российская Федерация') return NOWHERE
  const found = whole.split(/, | \* |\s+и\s+/).map((part) => rowOfKey.get(keyOf(part)))
  if (found.some((at) => at === undefined)) return undefined
  const regions = [...new Set(found as number[])].sort((a, b) => a - b).map((at) => REGIONS[at] as Region)
  const [first, second] = regions
  if (!first || !second) return first
  const zones = new Set(regions.map(({ utcOffsetMinutes }) => utcOffsetMinutes))
  return {
    name: `${first.name} и ${second.name}`,
    nameEn: `${first.nameEn} and ${second.nameEn}`,
    utcOffsetMinutes: zones.size === 1 ? first.utcOffsetMinutes : undefined,
  }
}
