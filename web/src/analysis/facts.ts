/** What the page knows of its project: columns with their figures, models, selections, kinds. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, inject, provide, ref, type InjectionKey } from 'vue'
import { api, call, type Schemas } from '../api/client'
import { useEvents } from '../api/events'
import { useProject, useSelections } from '../api/queries'
import { nameOf } from '../selections/references'
import type { ColumnInfo } from '../widgets/widget'
import { scopeRule } from './state/document'
import type { Store } from './state/store'

export type Kind = Schemas['WidgetKind']
export type Selection = Schemas['SelectionInfo']
export type Profile = Schemas['ColumnInfo']

export const isPlottable = (column: ColumnInfo): boolean =>
  column.type !== 'array' && column.type !== 'dict'

export function createFacts(store: Store) {
  const { source, project } = store
  const path = { source, project }
  const client = useQueryClient()
  const detail = useProject(source, project)
  const selections = useSelections(source, project)
  const kinds = useQuery({
    queryKey: ['widget-kinds'],
    queryFn: () => call(api.GET('/api/v2/widgets')),
    staleTime: Infinity,
  })
  const scope = computed(() => scopeRule(store.document.value.scope))
  const columns = useQuery({
    queryKey: ['analysis-columns', source, project, scope],
    queryFn: () =>
      call(
        api.POST('/api/v2/projects/{source}/{project}/analysis/columns', {
          params: { path },
          body: scope.value as Schemas['Rule'],
        }),
      ),
    placeholderData: keepPreviousData,
  })

  /** Grows when answers may no longer hold. */
  const epoch = ref(0)
  const concerns = (data: Record<string, unknown>): boolean =>
    (data.source ?? source) === source && (data.project ?? project) === project
  useEvents('project', (data) => {
    if (!concerns(data)) return
    epoch.value += 1
    void client.invalidateQueries({ queryKey: ['analysis-columns', source, project] })
  })
  useEvents('selection', (data) => {
    if (concerns(data) && data.action !== 'digest') epoch.value += 1
  })

  const columnList = computed<ColumnInfo[]>(() => columns.data.value ?? [])
  const byName = computed(() => new Map(columnList.value.map((column) => [column.name, column])))
  const profiles = computed(() => {
    const found = new Map<string, Profile>()
    const models = store.document.value.scope.models
    const names = new Map(detail.data.value?.models.map((model) => [model.id, model.name]))
    for (const profile of detail.data.value?.columns ?? []) {
      const model = profile.model ?? null
      if (model === null) found.set(profile.name, profile)
      else {
        found.set(`${model}.${profile.name}`, profile)
        found.set(`${names.get(model) ?? model}.${profile.name}`, profile)
        const shown = models.length === 0 || models[0] === model
        if (shown && !found.has(profile.name)) found.set(profile.name, profile)
      }
    }
    return found
  })

  return {
    detail,
    selections,
    kinds,
    columns,
    epoch,
    columnList,
    columnOf: (name: string): ColumnInfo | undefined => byName.value.get(name),
    profileOf: (name: string): Profile | undefined => profiles.value.get(name),
    /** What a selection or a version is called; undefined when it is gone. */
    selectionName: (reference: string): string | undefined =>
      nameOf(selections.data.value ?? [], reference),
    kindOf: (kind: string): Kind | undefined =>
      (kinds.data.value as Kind[] | undefined)?.find(
        (one) => one.kind === kind || one.former_kinds.includes(kind),
      ),
    /** Settings that show something useful in this scope. */
    suggest: async (kind: string): Promise<Record<string, unknown>> => {
      const { settings } = await call(
        api.POST('/api/v2/projects/{source}/{project}/analysis/suggest/{kind}', {
          params: { path: { ...path, kind } },
          body: scope.value as Schemas['Rule'],
        }),
      )
      return settings
    },
  }
}

export type Facts = ReturnType<typeof createFacts>

const KEY: InjectionKey<Facts> = Symbol('facts')

export function provideFacts(facts: Facts): Facts {
  provide(KEY, facts)
  return facts
}

export function useFacts(): Facts {
  const facts = inject(KEY)
  if (!facts) throw new Error('There is no analysis around this component.')
  return facts
}
