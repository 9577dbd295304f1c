import type { AdminClient } from './admin-client.ts'

/** An option as help prints it: `--balance N`. Without a value it is a switch. */
export interface Option {
  readonly value?: string // what stands for it in help
  readonly meaning: string
  readonly many?: boolean // may be given several times
  readonly required?: boolean
}

export interface Positional {
  readonly name: string
  readonly meaning: string
  readonly optional?: boolean
  readonly many?: boolean // takes all that follow
}

/** What a command says: for people, and as JSON with --json. */
export interface Output {
  readonly text: string
  readonly json: unknown
  readonly exitCode?: number
}

/** One line of the command table: parsing, help and docs/cli.md are made from it. */
export interface Command {
  readonly name: string // words with a space between
  readonly summary: string // a sentence
  readonly details?: string // more of them
  readonly positionals?: readonly Positional[]
  readonly options?: Readonly<Record<string, Option>>
  /** Any other option is a setting of the carrier's kind: --system-id becomes systemId. */
  readonly takesSettings?: boolean
  readonly examples?: readonly string[]
  /** It says what happens as it happens: with --json each thing it says is a line of JSON, and nothing follows. */
  readonly follows?: boolean
  /** Asks the running centre, and may say what happens meanwhile … */
  readonly ask?: (centre: AdminClient, args: Args, say: Say) => Promise<Output>
  /** … or is the centre. */
  readonly start?: (args: Args) => Promise<void>
}

/** A line for a person who waits; with --json nothing is said, unless the command follows what happens. */
export type Say = (line: string) => void

/** What was written on the command line, by the command's own table. */
export interface Args {
  /** A positional by its name; '' when an optional one is absent. */
  at(name: string): string
  /** All values of the last positional. */
  rest(): readonly string[]
  text(option: string): string | undefined
  flag(option: string): boolean
  list(option: string): readonly string[]
  /** Rejects what is not a whole number. */
  whole(option: string): number | undefined
  readonly settings: Readonly<Record<string, string | boolean>>
}

/** Something to tell the person at the keyboard, in one sentence that says what to do next. */
export class Complaint extends Error {
  override readonly name = 'Complaint'
  readonly exitCode: number

  /** 1: it did not work · 2: it was not understood. */
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message)
    this.exitCode = exitCode
  }
}
