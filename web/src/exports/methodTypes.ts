/** The types of export methods, as the server describes their forms. */
import { useQuery } from '@tanstack/vue-query'
import { api, call, type Schemas } from '../api/client'

export type Method = Schemas['MethodInfo']

export interface MethodField {
  name: string
  title: string
  example?: string
  secret?: boolean
  multiline?: boolean
  choices?: string[]
  /** What a choice means, where its word does not say it. */
  labels?: Record<string, string>
  default?: string
}

export interface MethodType {
  type: string
  title: string
  parameters: MethodField[]
  options: MethodField[]
}

export function useMethodTypes() {
  return useQuery({
    queryKey: ['method-types'],
    queryFn: async () =>
      (await call(api.GET('/api/v2/export-methods/types'))) as unknown as MethodType[],
    staleTime: Infinity,
  })
}

/** `header.*` and `header.<name>` stand for any key that begins like this. */
export function stem(field: MethodField): string | null {
  const at = field.name.search(/[*<]/)
  return at < 0 ? null : field.name.slice(0, at)
}

export interface Pair {
  key: string
  value: string
}

/** The options of a method, told apart into known fields and free pairs per stem. */
export function spread(options: Record<string, string>, fields: MethodField[]) {
  const known: Record<string, string> = {}
  const free: Record<string, Pair[]> = {}
  const stems = fields.flatMap((field) => stem(field) ?? [])
  for (const one of stems) free[one] = []
  for (const [key, value] of Object.entries(options)) {
    const begin = stems
      .filter((one) => key.startsWith(one) && !fields.some((field) => field.name === key))
      .sort((a, b) => b.length - a.length)[0]
    if (begin === undefined) known[key] = value
    else free[begin]?.push({ key: key.slice(begin.length), value })
  }
  return { known, free }
}

/** The reverse of `spread`; what is empty is left out. */
export function joined(known: Record<string, string>, free: Record<string, Pair[]>) {
  const options: Record<string, string> = {}
  for (const [key, value] of Object.entries(known)) if (value !== '') options[key] = value
  for (const [begin, pairs] of Object.entries(free)) {
    for (const { key, value } of pairs) {
      if (key.trim() && value !== '') options[begin + key.trim()] = value
    }
  }
  return options
}
