/** The fields of a settings form, read from the JSON schema that the server gives of a kind. */
import type { ColumnInfo } from './widget'

interface Base {
  name: string
  label: string
  hint?: string
  /** What holds when nothing was set. */
  fallback: unknown
  /** Seldom needed: shown apart. */
  advanced: boolean
}
export type FormField = Base &
  (
    | { type: 'column'; types: ColumnInfo['type'][] | null; optional: boolean }
    | { type: 'columns'; types: ColumnInfo['type'][] | null; least: number; most: number }
    | { type: 'choice'; options: { value: string; label: string }[] }
    | { type: 'number'; whole: boolean; min?: number; max?: number; optional: boolean }
    | { type: 'boolean' }
    | { type: 'text' }
  )

type Schema = Record<string, unknown>

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** "y_window" → "Y window", "min_max" → "Min max". */
export function readable(name: string): string {
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The schema with `$ref` and "or null" resolved; what stands beside them is kept. */
function resolve(schema: Schema, root: Schema): { schema: Schema; optional: boolean } {
  const { $ref, anyOf, allOf, ...beside } = schema
  if (typeof $ref === 'string') {
    const name = $ref.split('/').at(-1) ?? ''
    const target = isSchema(root.$defs) ? root.$defs[name] : undefined
    return resolve({ ...(isSchema(target) ? target : {}), ...beside }, root)
  }
  const choices = [anyOf, allOf].find(Array.isArray)
  if (!choices) return { schema, optional: false }
  const real = choices.filter(isSchema).filter((choice) => choice.type !== 'null')
  const optional = real.length < choices.length
  const [only] = real
  if (!only || real.length > 1) return { schema: beside, optional }
  return { schema: { ...resolve(only, root).schema, ...beside }, optional }
}

const numeric = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined

function bounds(schema: Schema): { min?: number; max?: number } {
  const whole = schema.type === 'integer' ? 1 : 0
  const above = numeric(schema.exclusiveMinimum)
  const below = numeric(schema.exclusiveMaximum)
  const min = numeric(schema.minimum) ?? (above === undefined ? undefined : above + whole)
  const max = numeric(schema.maximum) ?? (below === undefined ? undefined : below - whole)
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
}

function field(name: string, property: Schema, root: Schema): FormField | null {
  const { schema, optional } = resolve(property, root)
  const base: Base = {
    name,
    label: typeof schema.title === 'string' ? sentence(schema.title) : readable(name),
    ...(typeof schema.description === 'string' ? { hint: schema.description } : {}),
    fallback: schema.default,
    advanced: schema.advanced === true,
  }
  const types = Array.isArray(schema.types) ? (schema.types as ColumnInfo['type'][]) : null
  if (schema.format === 'column') return { ...base, type: 'column', types, optional }
  if (schema.format === 'columns') {
    const least = numeric(schema.minItems) ?? 0
    return { ...base, type: 'columns', types, least, most: numeric(schema.maxItems) ?? Infinity }
  }
  const values = Array.isArray(schema.enum) ? schema.enum : 'const' in schema ? [schema.const] : null
  if (values) {
    const options = values.map(String).map((value) => ({ value, label: readable(value) }))
    return { ...base, type: 'choice', options }
  }
  if (schema.type === 'integer' || schema.type === 'number') {
    return { ...base, type: 'number', whole: schema.type === 'integer', optional, ...bounds(schema) }
  }
  if (schema.type === 'boolean') return { ...base, type: 'boolean' }
  return schema.type === 'string' ? { ...base, type: 'text' } : null
}

/** Pydantic titles are in title case: "Bin Count" → "Bin count". */
const sentence = (title: string): string =>
  title.replace(/(?<=\s)[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase())

/** The fields a person can set, in the schema's order; windows and the like have none. */
export function fieldsOf(schema: Schema): FormField[] {
  if (!isSchema(schema.properties)) return []
  return Object.entries(schema.properties).flatMap(([name, property]) =>
    isSchema(property) ? (field(name, property, schema) ?? []) : [],
  )
}

/** What holds for every setting that was not set; lists without a default are empty. */
export function defaultsOf(schema: Schema): Record<string, unknown> {
  const properties = isSchema(schema.properties) ? schema.properties : {}
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, property]) => {
      if (!isSchema(property)) return []
      if ('default' in property) return [[name, property.default]]
      const { schema: real, optional } = resolve(property, schema)
      if (optional) return [[name, null]]
      return real.type === 'array' ? [[name, []]] : []
    }),
  )
}

/** Settings whose columns are not in `known` lose them; answers the names that were missing. */
export function withoutMissingColumns(
  schema: Schema,
  settings: Record<string, unknown>,
  known: ReadonlySet<string>,
): { settings: Record<string, unknown>; missing: string[] } {
  const kept = { ...settings }
  const missing: string[] = []
  for (const one of fieldsOf(schema)) {
    const value = kept[one.name]
    if (one.type === 'column' && typeof value === 'string' && !known.has(value)) {
      missing.push(value)
      Reflect.deleteProperty(kept, one.name)
    }
    if (one.type === 'columns' && Array.isArray(value)) {
      const names = value.filter((name): name is string => typeof name === 'string')
      missing.push(...names.filter((name) => !known.has(name)))
      kept[one.name] = names.filter((name) => known.has(name))
    }
  }
  return { settings: kept, missing }
}

/** The names that a column may have when models are rows instead of columns, or the reverse. */
function namesOf(name: string, known: ReadonlySet<string>): string[] {
  if (known.has(name)) return [name]
  const wide = [...known].filter((one) => one.endsWith(`.${name}`))
  if (wide.length > 0) return wide
  const dots = [...name.matchAll(/\./g)].map(({ index }) => name.slice(index + 1))
  return dots.filter((short) => known.has(short)).slice(0, 1)
}

/** Columns in settings that are in no scope under any name. */
export function goneColumns(
  schema: Record<string, unknown>,
  settings: Record<string, unknown>,
  known: ReadonlySet<string>,
): string[] {
  const { missing } = withoutMissingColumns(schema, settings, known)
  return missing.filter((name) => name !== '' && namesOf(name, known).length === 0)
}

/**
 * Settings that name the same results in another scope. A list leaves out what is gone, unless
 * nothing is left; one column that is gone stays, so that the widget says which it was.
 */
export function translateColumns(
  schema: Schema,
  settings: Record<string, unknown>,
  known: ReadonlySet<string>,
): Record<string, unknown> {
  const changed: Record<string, unknown> = {}
  for (const one of fieldsOf(schema)) {
    const value = settings[one.name]
    if (one.type === 'column' && typeof value === 'string' && value !== '' && !known.has(value)) {
      const [name] = namesOf(value, known)
      if (name !== undefined) changed[one.name] = name
    }
    if (one.type === 'columns' && Array.isArray(value) && value.some((name) => !known.has(String(name)))) {
      const names = [...new Set(value.flatMap((name) => namesOf(String(name), known)))]
      if (names.length > 0) changed[one.name] = names
    }
  }
  return Object.keys(changed).length > 0 ? { ...settings, ...changed } : settings
}
