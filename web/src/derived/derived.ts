/** Derived columns as the pages ask for them. */
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { toValue, type MaybeRefOrGetter } from 'vue'
import { api, call, type Schemas } from '../api/client'

export type Derived = Schemas['DerivedInfo']
export type Preview = Schemas['PreviewInfo']

export function useDerived(source: MaybeRefOrGetter<string>, project: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ['derived', source, project],
    queryFn: () =>
      call(
        api.GET('/api/v2/projects/{source}/{project}/derived', {
          params: { path: { source: toValue(source), project: toValue(project) } },
        }),
      ),
  })
}

/** What an expression gives; nothing is asked of an empty one. */
export function usePreview(source: string, project: string, expression: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ['derived', source, project, 'preview', expression],
    enabled: () => toValue(expression).trim() !== '',
    queryFn: ({ signal }) =>
      call(
        api.POST('/api/v2/projects/{source}/{project}/derived/preview', {
          params: { path: { source, project } },
          body: { expression: toValue(expression) },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  })
}

export function useFunctions() {
  return useQuery({
    queryKey: ['expression-functions'],
    queryFn: () => call(api.GET('/api/v2/expression-functions')),
    staleTime: Infinity,
  })
}

/** A column as a list has it; `result` is the result of models that it is, by the name that it has for all of them. */
export interface ListedColumn {
  name: string
  result?: string | null
}

/** The derived column that a column is. */
export function derivedOf(derived: readonly Derived[], column: ListedColumn): Derived | undefined {
  const result = column.result ?? null
  return derived.find((one) => one.name === (result ?? column.name) && one.is_result === (result !== null))
}
