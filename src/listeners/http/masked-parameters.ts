import type { Params } from './params.ts'

const SECRET = /psw|passw|pwd|key|secret|token|sign/i
/** People's texts, and what holds them. */
const TEXT = new Set(['mes', 'mes2', 'msg', 'list', 'subj', 'param', 'fileurl', 'answ'])
const VALUE_CHARACTERS_MAX = 1_500

/** A line for each parameter, as a person may read them later: passwords and keys never, texts if they are wanted, nothing long. */
export const maskedParameters = (params: Params, withTexts: boolean): string[] =>
  [...params.names()].map((name) => {
    const value = params.text(name) ?? ''
    if (SECRET.test(name)) return `${name}=***`
    if (TEXT.has(name) && !withTexts) return `${name}=*** (${value.length} characters)`
    const line = value.replaceAll('\n', '\\n').replaceAll('\r', '\\r')
    return `${name}=${line.length > VALUE_CHARACTERS_MAX ? `${line.slice(0, VALUE_CHARACTERS_MAX)}…` : line}`
  })
