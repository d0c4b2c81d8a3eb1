/** The history of deliveries, page by page, with what the person narrowed it to. */
import { useInfiniteQuery } from '@tanstack/vue-query'
import { computed, reactive } from 'vue'
import { api, call } from '../api/client'
import { keys } from '../api/queries'
import type { DeliveryState } from './state'

const PAGE = 50

export type StateGroup = 'all' | 'waiting' | 'delivered' | 'failed'

const STATES: Record<StateGroup, DeliveryState[]> = {
  all: [],
  waiting: ['pending', 'running', 'retry'],
  delivered: ['delivered'],
  failed: ['dead', 'cancelled'],
}

/** Joins source and project as the value of one choice. */
export function projectKey(source: string, project: string): string {
  return JSON.stringify([source, project])
}

export function useHistory() {
  const filters = reactive({ group: 'all' as StateGroup, method: '', project: '', text: '' })
  const asked = computed(() => {
    const [source, project] = filters.project ? (JSON.parse(filters.project) as [string, string]) : []
    return {
      state: STATES[filters.group],
      limit: PAGE,
      ...(filters.method && { method: filters.method }),
      ...(source !== undefined && { source, project }),
      ...(filters.text.trim() && { text: filters.text.trim() }),
    }
  })
  const query = useInfiniteQuery({
    queryKey: [...keys.deliveries, 'history', asked],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/api/v2/deliveries', {
          params: { query: { ...asked.value, ...(pageParam && { before: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.id),
  })
  const deliveries = computed(() => query.data.value?.pages.flat() ?? [])
  const isNarrowed = computed(
    () => filters.group !== 'all' || Boolean(filters.method || filters.project || filters.text.trim()),
  )
  function reset() {
    Object.assign(filters, { group: 'all', method: '', project: '', text: '' })
  }
  return { filters, query, deliveries, isNarrowed, reset }
}
