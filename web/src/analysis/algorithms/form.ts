/** The form of an algorithm: what a person gives for each input, and the request made of it. */
import type { Schemas } from '../../api/client'
import { readable } from '../../widgets/schema_form'
import type { ColumnInfo } from '../../widgets/widget'

export type Algorithm = Schemas['AlgorithmInfo']
export type Input = Schemas['Input']
export type Given = Schemas['Given']

/** What is in the field of one input; `text` is what was typed for a list or for anything. */
export interface Entry {
  by: 'column' | 'value'
  value: string | number | boolean | null
  text: string
  column: string | null
  columns: string[]
}
export type Entries = Record<string, Entry>

const BOOLEANS = new Map([['true', true], ['false', false]])

export function takesColumns(input: Input): boolean {
  return input.type === 'array' || input.type === 'any'
}

/** The types of columns that suit an input. */
export function suitedTypes(input: Input): ColumnInfo['type'][] {
  if (input.type === 'columns') return ['number', 'integer', 'boolean']
  if (input.items === 'number') return ['number', 'integer']
  if (input.items === 'boolean') return ['boolean']
  return ['number', 'integer', 'text', 'boolean', 'time']
}

export function blank(algorithm: Algorithm): Entries {
  return Object.fromEntries(
    algorithm.inputs.map((input) => {
      const given = input.default ?? null
      const single = typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean'
      const entry: Entry = {
        by: takesColumns(input) && given === null ? 'column' : 'value',
        value: single ? given : input.type === 'boolean' ? false : null,
        text: given === null ? '' : Array.isArray(given) ? given.map(String).join(', ') : String(given),
        column: null,
        columns: [],
      }
      return [input.name, entry]
    }),
  )
}

type Read = { value: unknown } | { fault: string }

function item(text: string, items: Input['items']): Read {
  if (text === '') return { value: null }
  if (items === 'text') return { value: text }
  const number = Number(text)
  if (items !== 'boolean' && Number.isFinite(number)) return { value: number }
  if (items === 'number') return { fault: `“${text}” is not a number.` }
  const boolean = BOOLEANS.get(text.toLowerCase())
  if (boolean !== undefined) return { value: boolean }
  return items === 'boolean' ? { fault: `“${text}” is neither true nor false.` } : { value: text }
}

/** A list between commas; an empty place is a missing value. */
export function readList(text: string, items: Input['items']): Read {
  if (text.trim() === '') return { value: [] }
  const values: unknown[] = []
  for (const part of text.split(',')) {
    const read = item(part.trim(), items)
    if ('fault' in read) return read
    values.push(read.value)
  }
  return { value: values }
}

/** What is given for an input; null: nothing, so that it is filled or has its default. */
export function givenOf(input: Input, entry: Entry): Given | null | { fault: string } {
  if (input.type === 'columns') {
    return entry.columns.length > 0 ? { columns: entry.columns } : missing(input)
  }
  if (takesColumns(input) && entry.by === 'column') {
    return entry.column === null ? missing(input) : { column: entry.column }
  }
  if (takesColumns(input)) {
    const read = input.type === 'array' ? readList(entry.text, input.items) : item(entry.text.trim(), 'any')
    if ('fault' in read) return read
    const empty = Array.isArray(read.value) ? read.value.length === 0 : read.value === null
    return empty ? missing(input) : { value: read.value }
  }
  const empty = entry.value === null || (entry.value === '' && input.type !== 'text')
  return empty ? missing(input) : { value: entry.value }
}

function missing(input: Input): null | { fault: string } {
  return input.required ? { fault: `“${readable(input.name)}” is missing.` } : null
}

/** The inputs of a request, or why it cannot be made. */
export function readForm(
  algorithm: Algorithm,
  entries: Entries,
): { inputs: Record<string, Given>; fault: string | null } {
  const inputs: Record<string, Given> = {}
  for (const input of algorithm.inputs) {
    const entry = entries[input.name]
    const given = entry ? givenOf(input, entry) : null
    if (given && 'fault' in given) return { inputs, fault: given.fault }
    if (given) inputs[input.name] = given
  }
  return { inputs, fault: null }
}

/** Whether a column among what is given is a result of a model. */
export function namesResults(inputs: Record<string, Given>, isResult: (column: string) => boolean): boolean {
  return Object.values(inputs).some((given) =>
    [given.column, ...(given.columns ?? [])].some((name) => typeof name === 'string' && isResult(name)),
  )
}
