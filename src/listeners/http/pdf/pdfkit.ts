import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

export interface TextOptions {
  readonly width?: number
  readonly align?: 'left' | 'right'
}

/** What we use of a document of `pdfkit` (0.20), which ships no types. Lengths are in points, from the upper left corner. */
export interface PdfDocument extends AsyncIterable<Buffer> {
  y: number
  registerFont(name: string, font: Uint8Array): this
  font(name: string): this
  fontSize(points: number): this
  text(text: string, x: number, y: number, options: TextOptions): this
  heightOfString(text: string, options?: TextOptions): number
  moveTo(x: number, y: number): this
  lineTo(x: number, y: number): this
  rect(x: number, y: number, width: number, height: number): this
  lineWidth(points: number): this
  stroke(): this
  addPage(): this
  end(): void
}

export interface PdfOptions {
  readonly size: 'A4'
  readonly margins: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number }
  readonly info: Readonly<Record<string, string | Date>>
  readonly lang: string
}

type PdfKit = new (options: PdfOptions & { readonly font: Uint8Array }) => PdfDocument

const FONTS = { regular: '400Regular/PTSans_400Regular.ttf', bold: '700Bold/PTSans_700Bold.ttf' }

/** The library and its fonts take a tenth of a second to load, so they are loaded for the first document. */
async function load() {
  const require = createRequire(import.meta.url)
  const font = (file: string): Promise<Buffer> => readFile(require.resolve(`@expo-google-fonts/pt-sans/${file}`))
  const [regular, bold] = await Promise.all([font(FONTS.regular), font(FONTS.bold)])
  return { PdfKit: require('pdfkit') as PdfKit, regular, bold }
}
let loading: ReturnType<typeof load> | undefined

/** A document with the fonts `regular` and `bold`. */
export async function newPdf(options: PdfOptions): Promise<PdfDocument> {
  loading ??= load()
  loading.catch(() => {
    loading = undefined // it is tried again
  })
  const { PdfKit, regular, bold } = await loading
  return new PdfKit({ ...options, font: regular }).registerFont('regular', regular).registerFont('bold', bold)
}
