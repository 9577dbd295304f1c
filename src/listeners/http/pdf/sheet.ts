import { type CivilDate, DAY_MS, daysOf } from '../../../domain/calendar.ts'
import type { Language } from '../../../domain/status.ts'
import { newPdf } from './pdfkit.ts'

/** A4 in points, and where its text stands. */
const LEFT = 50
const WIDTH = 495
const MARGINS = { top: 45, bottom: 45, left: LEFT, right: LEFT }
const BOTTOM = 842 - MARGINS.bottom
const SIZE = { title: 15, text: 10, small: 8 }
const CELL = { x: 4, y: 4 }

export interface Column {
  readonly width: number
  readonly align: 'left' | 'right'
}

/** A document as it is written, from above to below. */
export interface Sheet {
  readonly width: number
  title(text: string): void
  text(text: string, style?: { readonly bold?: boolean; readonly small?: boolean; readonly align?: 'left' | 'right' }): void
  /** A name, and what it stands for beside it. Nothing at all where there is nothing to be said. */
  labelled(name: string, text: string): void
  gap(points: number): void
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void
  /** Lines to be signed on, beside each other. */
  signatures(names: readonly (readonly [title: string, below: string])[]): void
  finish(): Promise<Buffer>
}

/** What no font has a picture for would be a box. */
const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Co}]+/gu, ' ').trim()

/** The same words always make the same octets: a document's dates are its own, not those of its printing. */
export async function openSheet(about: { title: string; date: CivilDate; language: Language }): Promise<Sheet> {
  const created = new Date(daysOf(about.date) * DAY_MS)
  const doc = await newPdf({
    ...{ size: 'A4', margins: MARGINS, lang: about.language },
    info: { Title: about.title, Creator: 'Heliogram', Producer: 'Heliogram', CreationDate: created, ModDate: created },
  })

  const write: Sheet['text'] = (text, { bold: strong = false, small = false, align = 'left' } = {}) => {
    doc.font(strong ? 'bold' : 'regular').fontSize(small ? SIZE.small : SIZE.text)
    doc.text(printable(text), LEFT, doc.y, { width: WIDTH, align })
  }
  const gap = (points: number): void => {
    doc.y += points
  }
  /** Where so much is to stand together, it begins a page if it must. */
  const keepTogether = (height: number): void => {
    if (doc.y + height <= BOTTOM) return
    doc.addPage()
    doc.y = MARGINS.top
  }

  return {
    width: WIDTH,
    gap,
    text: write,
    title(text) {
      doc.font('bold').fontSize(SIZE.title).text(printable(text), LEFT, doc.y, { width: WIDTH })
    },
    labelled(name, text) {
      const told = printable(text)
      if (told === '') return
      const indent = 110
      doc.font('bold').fontSize(SIZE.text)
      keepTogether(doc.heightOfString(name))
      const { y } = doc
      doc.text(`${name}:`, LEFT, y, { width: indent - 10 })
      doc.font('regular').text(told, LEFT + indent, y, { width: WIDTH - indent })
      gap(3)
    },
    table(columns, rows) {
      for (const [at, row] of rows.entries()) {
        doc.font(at === 0 ? 'bold' : 'regular').fontSize(SIZE.text)
        const texts = row.map(printable)
        const within = columns.map(({ width }) => ({ width: width - CELL.x * 2 }))
        const height = Math.max(...texts.map((text, column) => doc.heightOfString(text, within[column]))) + CELL.y * 2
        keepTogether(height)
        const { y } = doc
        let x = LEFT
        for (const [column, { width, align }] of columns.entries()) {
          doc.lineWidth(0.6).rect(x, y, width, height).stroke()
          doc.text(texts[column] ?? '', x + CELL.x, y + CELL.y, { width: width - CELL.x * 2, align })
          x += width
        }
        doc.y = y + height
      }
    },
    signatures(names) {
      const each = (WIDTH - 35) / 2
      doc.font('regular').fontSize(SIZE.small)
      const below = names.map(([, name]) => printable(name))
      keepTogether(58 + Math.max(...below.map((name) => doc.heightOfString(name, { width: each }))))
      const { y } = doc
      for (const [at, [title]] of names.entries()) {
        const x = LEFT + at * (each + 35)
        doc.font('bold').fontSize(SIZE.text).text(title, x, y, { width: each })
        doc
          .lineWidth(0.6)
          .moveTo(x, y + 55)
          .lineTo(x + each, y + 55)
          .stroke()
        doc
          .font('regular')
          .fontSize(SIZE.small)
          .text(below[at] ?? '', x, y + 58, { width: each })
      }
    },
    async finish() {
      doc.end()
      const pieces: Buffer[] = []
      for await (const piece of doc) pieces.push(piece)
      return Buffer.concat(pieces)
    },
  }
}
