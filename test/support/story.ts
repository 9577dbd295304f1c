import { type TestContext, test } from 'node:test'

/** What can show what went on inside it, when a test has failed. */
export interface Witness {
  readonly name: string
  testimony(): string
}

const witnesses = new Set<Witness>()

/** Its last words are printed with every failure from now on, until the returned function is called. */
export function witness(one: Witness): () => void {
  witnesses.add(one)
  return () => witnesses.delete(one)
}

const LINES = 60

/** A test whose failure shows what the programs it used have logged. */
export function story(
  claim: string,
  tell: (t: TestContext) => Promise<void>,
  options: { readonly skip?: string | false; readonly timeoutMs?: number } = {},
) {
  return test(claim, { timeout: options.timeoutMs ?? 300_000, skip: options.skip ?? false }, async (t) => {
    try {
      await tell(t)
    } catch (error) {
      for (const { name, testimony } of witnesses) {
        t.diagnostic(`${name} has said:`)
        for (const line of testimony().trimEnd().split('\n').slice(-LINES)) t.diagnostic(line)
      }
      throw error
    }
  })
}
