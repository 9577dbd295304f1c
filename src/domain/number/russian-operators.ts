/**
 * What the holders of Russian mobile numbers are called by their subscribers, by taxpayer number: the register spells one legal
 * name in several ways. Together they hold all but a fiftieth of the numbers. MNC by ITU-T E.212 and the operators' own word;
 * empty where a holder has no network code of its own or none that is known.
 */
const BRANDS: Readonly<Record<string, readonly [name: string, mnc: string]>> = {
  '7740000076': ['МТС', '01'],
  '7812014560': ['МегаФон', '02'],
  '2005503932': ['Вайнах Телеком', '08'],
  '7701725181': ['Yota', '11'],
  '7841482919': ['МиАТел', '16'],
  '7743895280': ['Tele2', '20'],
  '7723635005': ['ГлобалТел', '21'],
  '9705121882': ['ВТБ Мобайл', '26'],
  '1655327859': ['Летай', '27'],
  '1681000024': ['Летай', '27'],
  '7715733344': ['Иридиум', '29'],
  '2308210371': ['Win mobile', '32'],
  '9204569240': ['Севмобайл', '33'],
  '9102250133': ['Крымтелеком', '34'],
  '6661079603': ['Мотив', '35'],
  '7707049388': ['Ростелеком', '39'],
  '9718174994': ['Воентелеком', '40'],
  '7705017253': ['МТТ', '42'],
  '7727443720': ['Газпромбанк Мобайл', '45'],
  '7736264044': ['СберМобайл', '50'],
  '7702527584': ['Миранда-Медиа', '54'],
  '7718999159': ['Волна', '60'],
  '7743200179': ['Т-Мобайл', '62'],
  '7703383783': ['ГЛОНАСС', '77'],
  '9308013351': ['Феникс', '97'],
  '7713076301': ['Билайн', '99'],
  '9402011009': ['Лугаком', ''],
  '9725152215': ['Альфа-Мобайл', ''],
}

const LEGAL_FORMS =
  /^(?:ООО|ПАО|ОАО|ЗАО|НАО|АО|ФГУП|ГУП|ФГБУ|АКЦИОНЕРНОЕ ОБЩЕСТВО|ОБЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮ)(?=[\s"«])(?:\s+ИК(?=\s))?\s*/i
const NAME_MAX = 60

/** Whether the taxpayer number is one that has a brand here. */
export const isKnownOperator = (taxpayer: string): boolean => taxpayer in BRANDS

/**
 * Name and MNC of a holder. One without a brand goes by its legal name without the legal form and the quotes:
 *
 *     operatorOf('7740000076', 'ПАО "МТС"')       // ['МТС', '01']
 *     operatorOf('7723613650', 'ООО "СПРИНТ"')    // ['СПРИНТ', '']
 */
export function operatorOf(taxpayer: string, legalName: string): readonly [name: string, mnc: string] {
  const brand = BRANDS[taxpayer]
  if (brand) return brand
  const bare = legalName
    .replace(LEGAL_FORMS, '')
    .replace(/["«»,;]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return [(bare || legalName).slice(0, NAME_MAX), '']
}
