/**
 * Mobile prefixes of the large operators of Russia's neighbours, by the national numbering plans, with the names their subscribers
 * use. They count more than the metadata.
 */
type Row = readonly [mcc: string, mnc: string, name: string, prefixes: string]

// biome-ignore format: a table reads better in columns
const ROWS: readonly Row[] = [
  ['401', '01', 'Beeline', '7705 7771 7776 7777'],
  ['401', '02', "K'cell", '7701 7702 7775 7778'],
  ['401', '07', 'Altel', '7700 7708'],
  ['401', '77', 'Tele2', '7707 7747'],
  ['255', '01', 'Vodafone', '38050 38066 38075 38095 38099'],
  ['255', '03', 'Kyivstar', '38039 38067 38068 38077 38096 38097 38098'],
  ['255', '06', 'lifecell', '38063 38073 38093'],
  ['255', '07', '3Mob', '38091'],
  ['257', '01', 'A1', '375291 375293 375296 375299 37544'],
  ['257', '02', 'МТС', '375292 375295 375297 375298 37533'],
  ['257', '04', 'life:)', '37525'],
  ['434', '04', 'Beeline', '99890 99891'],
  ['434', '05', 'Ucell', '99893 99894'],
  ['434', '07', 'Mobiuz', '99888 99897'],
  ['434', '08', 'Uzmobile', '99895 99899'],
  ['437', '01', 'Beeline', '99622 99677'],
  ['437', '05', 'MegaCom', '99655 99699'],
  ['437', '09', 'O!', '99650 99670'],
  ['400', '01', 'Azercell', '99410 99450 99451'],
  ['400', '02', 'Bakcell', '99455 99499'],
  ['400', '04', 'Nar', '99470 99477'],
]

export interface Operator {
  readonly mcc: string
  readonly mnc: string
  readonly name: string
}

/** Each prefix, calling code included, with the operator that was given it. */
export const OPERATOR_PREFIXES: readonly (readonly [prefix: string, operator: Operator])[] = ROWS.flatMap(
  ([mcc, mnc, name, prefixes]) => prefixes.split(' ').map((prefix) => [prefix, { mcc, mnc, name }] as const),
)
