/** What the pages read from the server, by key, and which events make which of it stale. */
import { useQuery, useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/vue-query'
import { useThrottleFn } from '@vueuse/core'
import { toValue, type MaybeRefOrGetter } from 'vue'
import { api, call, type Schemas } from './client'
import { useEvents } from './events'
import { ProblemError } from './problem'

export const keys = {
  projects: ['projects'] as const,
  project: (source: string, project: string) => ['project', source, project] as const,
  selections: (source: string, project: string) => ['selections', source, project] as const,
  streams: (source: string, project: string) => ['streams', source, project] as const,
  experiments: (source: string, project: string) => ['experiments', source, project] as const,
  algoProviders: ['algo-providers'] as const,
  imports: ['imports'] as const,
  providers: ['data-providers'] as const,
  methods: ['methods'] as const,
  health: ['method-health'] as const,
  deliveries: ['deliveries'] as const,
  history: ['delivery-history'] as const,
  counts: ['delivery-counts'] as const,
  failures: ['delivery-failures'] as const,
  delivery: (id: string) => ['delivery', id] as const,
}

/** Reads are tried again while the server is away, never when it refused. */
export function retry(failures: number, error: Error): boolean {
  return error instanceof ProblemError && error.isPassing && failures < 4
}

// Events are hints that may be missed, e.g. while the first answer is on its way: what moves by
// itself is also read again from time to time.
const SOON = 2000
const LATER = 15_000
const MOVING = new Set(['waiting', 'running', 'pending', 'wanted'])

/** How often to read again what is in these states; false when nothing moves any more. */
export function rereading(states: string[]): number | false {
  if (states.some((state) => MOVING.has(state))) return SOON
  return states.includes('retry') ? LATER : false
}

export function useProjects() {
  return useQuery({ queryKey: keys.projects, queryFn: () => call(api.GET('/api/v2/projects')) })
}

export function useProject(source: MaybeRefOrGetter<string>, project: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ['project', source, project],
    queryFn: () =>
      call(
        api.GET('/api/v2/projects/{source}/{project}', {
          params: { path: { source: toValue(source), project: toValue(project) } },
        }),
      ),
  })
}

export function useSelections(source: MaybeRefOrGetter<string>, project: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ['selections', source, project],
    queryFn: () =>
      call(
        api.GET('/api/v2/projects/{source}/{project}/selections', {
          params: { path: { source: toValue(source), project: toValue(project) } },
        }),
      ),
  })
}

export function useStreams(source: MaybeRefOrGetter<string>, project: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ['streams', source, project],
    queryFn: () =>
      call(
        api.GET('/api/v2/projects/{source}/{project}/streams', {
          params: { path: { source: toValue(source), project: toValue(project) } },
        }),
      ),
    refetchInterval: ({ state }) => rereading(state.data?.map((one) => one.state) ?? []),
  })
}

export function useImports() {
  return useQuery({
    queryKey: keys.imports,
    queryFn: () => call(api.GET('/api/v2/imports')),
    refetchInterval: ({ state }) => rereading(state.data?.map((one) => one.state) ?? []),
  })
}

/** Data providers with their projects; one that is being asked, or fetched from, is read again. */
export function useProviders() {
  return useQuery({
    queryKey: keys.providers,
    queryFn: () => call(api.GET('/api/v2/data-providers')),
    refetchInterval: ({ state }) =>
      rereading(
        state.data?.providers.flatMap((one) => [
          one.is_checking ? 'waiting' : '',
          ...one.projects.map((project) => project.fetch?.state ?? ''),
        ]) ?? [],
      ),
  })
}

/** How the names of files end that the server reads; it stays so while it runs. */
export function useFileEndings() {
  return useQuery({
    queryKey: ['file-endings'],
    queryFn: () => call(api.GET('/api/v2/imports/file-endings')),
    staleTime: Infinity,
  })
}

/** Export methods in use; `removed` adds those taken out of use. */
export function useMethods(removed = false) {
  return useQuery({
    queryKey: [...keys.methods, { removed }],
    queryFn: () => call(api.GET('/api/v2/export-methods', { params: { query: { removed } } })),
  })
}

/** The newest deliveries of all projects, for the indicator and the side panel. */
export function useRecentDeliveries() {
  return useQuery({
    queryKey: [...keys.deliveries, 'recent'],
    queryFn: () => call(api.GET('/api/v2/deliveries', { params: { query: { limit: 50 } } })),
    refetchInterval: ({ state }) => rereading(state.data?.map((one) => one.state) ?? []),
  })
}

/** How many deliveries there are in each state, of those that `narrowing` leaves in. */
export function useDeliveryCounts(
  key: MaybeRefOrGetter<string> = '',
  narrowing: () => Partial<Schemas['Narrowing']> = () => ({}),
) {
  return useQuery({
    queryKey: [...keys.counts, key],
    queryFn: () => call(api.GET('/api/v2/deliveries/counts', { params: { query: narrowing() } })),
    placeholderData: (known) => known,
    refetchInterval: ({ state }) => rereading(state.data ? movingIn(state.data.states) : []),
  })
}

const movingIn = (states: Record<string, number>) => Object.keys(states).filter((one) => states[one])

/** What died since a moment, by method. */
export function useFailures(after: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: [...keys.failures, after],
    queryFn: () =>
      call(
        api.GET('/api/v2/deliveries/failures', {
          params: { query: toValue(after) ? { after: toValue(after) } : {} },
        }),
      ),
  })
}

/** How each export method does. */
export function useHealth() {
  return useQuery({
    queryKey: keys.health,
    queryFn: () => call(api.GET('/api/v2/export-methods/health')),
    refetchInterval: LATER,
  })
}

/** Makes stale whatever shows deliveries. */
export function staleDeliveries(client: QueryClient) {
  for (const queryKey of [keys.deliveries, keys.history, keys.counts, keys.failures, keys.health, ['delivery']]) {
    void client.invalidateQueries({ queryKey })
  }
}

export function useDelivery(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ['delivery', id],
    queryFn: () =>
      call(
        api.GET('/api/v2/deliveries/{delivery_id}', {
          params: { path: { delivery_id: toValue(id) } },
        }),
      ),
    refetchInterval: ({ state }) => rereading(state.data ? [state.data.delivery.state] : []),
  })
}

/** What came back for the samples of a delivery. */
export function useAnswers(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ['answers', id],
    queryFn: () =>
      call(
        api.GET('/api/v2/deliveries/{delivery_id}/answers', {
          params: { path: { delivery_id: toValue(id) } },
        }),
      ),
  })
}

/** Puts what an event tells of a delivery wherever it is shown. */
function updateDelivery(client: QueryClient, news: Partial<Schemas['Delivery']> & { id: string }) {
  client.setQueryData<Schemas['DeliveryDetail']>(keys.delivery(news.id), (known) =>
    known ? { ...known, delivery: { ...known.delivery, ...news } } : known,
  )
  client.setQueryData<Schemas['Delivery'][]>([...keys.deliveries, 'recent'], (known) =>
    known?.map((one) => (one.id === news.id ? { ...one, ...news } : one)),
  )
  client.setQueriesData<InfiniteData<Schemas['Delivery'][]>>({ queryKey: keys.history }, (known) =>
    known?.pages.some((page) => page.some((one) => one.id === news.id))
      ? {
          ...known,
          pages: known.pages.map((page) =>
            page.map((one) => (one.id === news.id ? { ...one, ...news } : one)),
          ),
        }
      : known,
  )
}

/** Keeps every read of this page fresh; called once by the shell. */
export function useFreshness() {
  const client = useQueryClient()
  const stale = (...queryKey: readonly unknown[]) => void client.invalidateQueries({ queryKey })
  const deliveriesStale = useThrottleFn(() => stale('deliveries'), 400, true)
  const importsStale = useThrottleFn(() => stale('imports'), 250, true)

  const providersStale = useThrottleFn(() => stale('data-providers'), 250, true)

  useEvents('resync', () => void client.invalidateQueries())
  useEvents('import', (data) => {
    importsStale()
    if (data.state === 'done') stale('projects')
  })
  useEvents('project', ({ source, project }) => {
    stale('projects')
    if (source !== 'local') providersStale()
    stale('project', ...[source, project].filter(Boolean))
    stale('selections', ...[source, project].filter(Boolean))
    stale('streams', ...[source, project].filter(Boolean))
    stale('experiments', ...[source, project].filter(Boolean))
    stale('derived', ...[source, project].filter(Boolean))
    stale('tags', ...[source, project].filter(Boolean))
  })
  useEvents('selection', ({ source, project }) => {
    stale('selections', ...[source, project].filter(Boolean))
    stale('projects')
  })
  const countsStale = useThrottleFn(
    () => ['delivery-counts', 'delivery-failures', 'method-health'].forEach((one) => stale(one)),
    1000,
    true,
  )
  useEvents('delivery', (data) => {
    if (typeof data.id !== 'string') {
      staleDeliveries(client)
      return
    }
    updateDelivery(client, data as { id: string })
    if (!data.sent_bytes || data.state !== 'running') stale('delivery', data.id)
    deliveriesStale()
    countsStale()
    if (data.state === 'delivered') stale('answers', data.id)
    if (data.stream_id) stale('streams', data.source, data.project)
  })
  useEvents('answer', ({ delivery_id }) => stale('answers', delivery_id))
  const experimentsStale = useThrottleFn(() => stale('experiments'), 250, true)
  useEvents('experiment', () => void experimentsStale())
  useEvents('comment', ({ source, project }) => stale('comments', source, project))
  useEvents('stream', ({ source, project }) => stale('streams', source, project))
  useEvents('provider', providersStale)
  useEvents('method', () => {
    stale('methods')
    stale('method-health')
  })
}
