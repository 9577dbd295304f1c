/** A row of the list of MCC and MNC. */
export interface Network {
  readonly type: string
  readonly countryCode: string | null
  readonly mcc: string | null
  readonly mnc: string | null
  readonly brand: string | null
  readonly operator: string | null
  readonly status: string | null
  readonly bands: string | null
}

/** What the list has under other names, or what goes by one that several networks have: `country operator`, as the metadata has them. */
const BY_HAND: Readonly<Record<string, string>> = {
  'Armenia Team Telecom Armenia': '28301',
  'Austria A1 TA': '23201',
  'Austria T-Mobile AT': '23203',
  'Austria Three': '23210',
  'Bulgaria Telenor': '28405',
  'China China Mobile': '46000',
  'China China Telecom': '46011',
  'Croatia A1 Telekom': '21910',
  'Croatia Hrvatski Telekom': '21901',
  'Croatia Tele2': '21902',
  'France SFR': '20810',
  'Georgia Cellfie': '28204',
  'Germany Eplus': '26203',
  'Germany T-Mobile': '26201',
  'Greece Wind': '20210',
  'Iran IR-MCI': '43211',
  'Iran Irancell': '43235',
  'Israel Orange': '42501',
  'Italy 3 Italia': '22299',
  'Kyrgyzstan Nur Telecom': '43709',
  'Montenegro Telekom': '29702',
  'Romania Digi Mobil': '22605',
  'Saudi Arabia STC': '42001',
  'Serbia Telekom Srbija a.d.': '22003',
  'Slovakia T-Mobile (Slovak Telekom)': '23102',
  'Slovakia Telefonica O2': '23106',
  'Sweden TeliaSonera': '24001',
  'United Kingdom O2': '23410',
  'United Kingdom Orange': '23433',
  'United Kingdom Three': '23420',
  'Uzbekistan Uzbektelecom': '43408',
}

/** More networks than this are circles of one operator: which of them a number belongs to, nobody can say. */
const NETWORKS_MAX = 5

const FORMS = new Set(
  'ltd limited plc inc corp corporation co company sa s.a ag gmbh llc ab as oy bv spa srl group holding holdings the de telecom telecommunications telecomunicacoes mobile mobil wireless cellular communications comms'.split(
    ' ',
  ),
)

const wordsOf = (text: string, country: string): string[] => {
  const countryWords = new Set(fold(country).split(' '))
  return fold(text)
    .split(' ')
    .filter((word) => word !== '' && !FORMS.has(word) && !countryWords.has(word))
}

const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/\([^)]*\)/g, ' ')
    .replace(/['’.]/g, '')
    .replace(/[^a-z0-9&]+/g, ' ')
    .trim()

/**
 * MCC and MNC of an operator that metadata knows by its name; empty when no network in service has that name, or when it has so
 * many that they must be circles. Of several networks the one with the most bands is the one numbers are given out for.
 */
export function matchNetwork(name: string, mccs: readonly string[], networks: readonly Network[], country: string): string {
  const known = BY_HAND[`${country} ${name}`]
  if (known) return known
  const inService = networks.filter(({ mcc, mnc, status }) => mcc && mnc && mccs.includes(mcc) && status === 'Operational')
  const alternatives = name
    .split('/')
    .map((each) => wordsOf(each, country).join(' '))
    .filter(Boolean)
  const rules: ((network: Network, wanted: string) => boolean)[] = [
    ({ brand }, wanted) => wordsOf(brand ?? '', country).join(' ') === wanted,
    ({ brand }, wanted) => wordsOf(brand ?? '', country).join('') === wanted.replaceAll(' ', ''),
    ({ operator }, wanted) => wordsOf(operator ?? '', country).join(' ') === wanted,
    ({ brand }, wanted) =>
      startsWithWords(wordsOf(brand ?? '', country), wanted) ||
      startsWithWords(wanted.split(' '), wordsOf(brand ?? '', country).join(' ')),
    ({ operator }, wanted) => startsWithWords(wordsOf(operator ?? '', country), wanted),
  ]
  for (const rule of rules) {
    const found = inService.filter((network) => alternatives.some((wanted) => rule(network, wanted)))
    if (found.length > NETWORKS_MAX) return ''
    const [best] = found.sort((a, b) => bandsOf(b) - bandsOf(a) || String(a.mnc).localeCompare(String(b.mnc)))
    if (best) return `${best.mcc}${best.mnc}`
  }
  return ''
}

const bandsOf = ({ bands }: Network): number => (bands ?? '').split('/').length

const startsWithWords = (words: readonly string[], wanted: string): boolean =>
  wanted !== '' && words.length > 0 && `${words.join(' ')} `.startsWith(`${wanted} `)
