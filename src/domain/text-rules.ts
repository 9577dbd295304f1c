import { parseSender } from './sender.ts'
import { collapseSpaces, matches, parseTemplate, type Template } from './template.ts'

/** What an account has said of its texts. Senders are those a message goes out under. */
export interface TextRules {
  /**
   * Bits of the operators' template that a text is one of (undefined: what is sent is no text); 'none': its sender may send
   * nothing else, and it is of none.
   */
  judge(text: string | undefined, sender: string): number | 'none' | undefined
  /** A text with what stands under messages of this format. */
  sign(text: string, format: string, sender: string): string
  /** How many templates a text may be compared with. */
  readonly templates: number
}

export interface ApprovedText {
  readonly body: string
  readonly sender: string // '': any
  readonly operators: number
}

export interface Signature {
  readonly body: string
  readonly format: string // '': any
  readonly sender: string // '': any
}

/** `only`: senders with commas between, or `*` for all, that may send nothing but texts of templates. */
export function textRules(asked: {
  only: string
  approved: readonly ApprovedText[]
  signatures: readonly Signature[]
}): TextRules {
  const approved = asked.approved.flatMap(
    ({ body, sender, operators }): (Omit<ApprovedText, 'body'> & { template: Template })[] => {
      const template = parseTemplate(body)
      return 'problem' in template ? [] : [{ template, sender: asShown(sender), operators }]
    },
  )
  const signatures = asked.signatures.map((signature) => ({ ...signature, sender: asShown(signature.sender) }))
  const bound = new Set(asked.only.split(',').map(asShown))
  const all = bound.has('*')

  return {
    judge(text, sender) {
      if (text !== undefined && approved.length > 0) {
        const collapsed = collapseSpaces(text)
        const fits = (each: (typeof approved)[number]) =>
          (each.sender === '' || each.sender === sender) && matches(each.template, collapsed)
        const found = approved.find(fits)
        if (found) return found.operators
      }
      return all || (sender !== '' && bound.has(sender)) ? 'none' : undefined
    },

    /** A signature for this very sender goes before one for all, the latest before the others. */
    sign(text, format, sender) {
      const fitting = signatures.filter(
        (each) => (each.sender === '' || each.sender === sender) && (each.format === '' || each.format === format),
      )
      const signature = (fitting.findLast((each) => each.sender !== '') ?? fitting.at(-1))?.body
      if (signature === undefined) return text
      return /^\s/.test(signature) ? text + signature : `${text}\n${signature}`
    },

    templates: approved.length,
  }
}

/** A sender as messages carry it: a number has no `+`. What can be no sender of a message to a telephone, an address, stays. */
function asShown(written: string): string {
  const parsed = parseSender(written)
  return 'problem' in parsed ? written.trim() : parsed.sender
}
