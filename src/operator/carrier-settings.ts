import { z } from 'zod'
import type { ConnectorKind } from '../connectors/connector.ts'
import { Refusal } from '../domain/refusal.ts'

/** The kinds of carriers this centre can speak to, by name. */
export type Kinds = Readonly<Record<string, ConnectorKind>>

type Values = Readonly<Record<string, unknown>>

/** One setting of a kind, as its schema describes it: for help, documents and forms. */
export interface KindSetting {
  readonly name: string
  readonly types: readonly string[] // JSON types
  readonly choices: readonly unknown[]
  readonly standard: unknown // undefined: none
  readonly required: boolean
  readonly secret: boolean // never shown
  readonly meaning: string
}

interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly anyOf?: readonly JsonSchema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly description?: string
  readonly secret?: boolean // from the schema's meta
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
}

export function describeKind(kind: ConnectorKind): KindSetting[] {
  const schema = z.toJSONSchema(kind.settings, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    types: typesOf(property),
    choices: choicesOf(property),
    standard: property.default,
    required: schema.required?.includes(name) ?? false,
    secret: property.secret ?? SECRET.test(name),
    meaning: property.description ?? '',
  }))
}

const typesOf = (schema: JsonSchema): string[] => [
  ...(schema.type === undefined ? [] : [schema.type].flat()),
  ...(schema.anyOf ?? []).flatMap(typesOf),
]

const choicesOf = (schema: JsonSchema): readonly unknown[] => [
  ...(schema.enum ?? (schema.const === undefined ? [] : [schema.const])),
  ...(schema.anyOf ?? []).flatMap(choicesOf),
]

export function kindNamed(kinds: Kinds, name: string): ConnectorKind {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (!kind) {
    const known = Object.keys(kinds).join(', ')
    throw new Refusal('bad_request', {
      field: 'kind',
      reason: `There is no kind of carrier '${name.slice(0, 40)}'. There are: ${known}.`,
    })
  }
  return kind
}

/**
 * Settings for storing, of what a carrier has and what is to change (null takes a setting back to its default).
 * What comes from a command line is text and is read by the schema's types. Rejects with bad_request, naming the setting.
 */
export function mergeSettings(kind: ConnectorKind, kindName: string, stored: Values, changes: Values): Values {
  const known = new Map(describeKind(kind).map((setting) => [setting.name, setting]))
  const merged: Record<string, unknown> = { ...stored }
  for (const [name, value] of Object.entries(changes)) {
    const setting = known.get(name)
    if (!setting) {
      const names = [...known.keys()].join(', ')
      throw new Refusal('bad_request', {
        field: name,
        reason: `A carrier of kind ${kindName} has no setting '${name}'. It has: ${names}.`,
      })
    }
    if (value === null) delete merged[name]
    else if (!(setting.secret && value === HIDDEN)) merged[name] = asType(value, setting)
  }
  const parsed = kind.settings.safeParse(merged)
  if (parsed.success) return merged
  const [issue] = parsed.error.issues
  const field = String(issue?.path[0] ?? '')
  throw new Refusal('bad_request', { field, reason: `${issue?.path.join('.') || 'settings'}: ${issue?.message ?? 'not valid'}.` })
}

function asType(value: unknown, { types }: KindSetting): unknown {
  if (typeof value === 'number' && !types.some((type) => type === 'number' || type === 'integer') && types.includes('string')) {
    return String(value)
  }
  if (typeof value !== 'string') return value
  if (types.some((type) => type === 'number' || type === 'integer') && /^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  if (types.includes('boolean') && /^(true|false|1|0|yes|no|on|off)$/.test(value)) return /^(true|1|yes|on)$/.test(value)
  if ((types.includes('object') || types.includes('array')) && /^\s*[[{]/.test(value)) return asJson(value)
  return value
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text // the schema says what it wants instead
  }
}

const HIDDEN = '***'
const SECRET = /password|secret|token|apikey|privatekey/i

/** Settings for people: secrets are there, but not shown. */
export function hideSecrets(kind: ConnectorKind | undefined, settings: Values): Values {
  const secrets = new Set(kind && describeKind(kind).flatMap(({ name, secret }) => (secret ? [name] : [])))
  const isSecret = (name: string): boolean => secrets.has(name) || SECRET.test(name)
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, isSecret(name) && value ? HIDDEN : value]))
}
