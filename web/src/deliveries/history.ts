/** The history of deliveries, page by page, live. */
import { useInfiniteQuery } from '@tanstack/vue-query'
import { useThrottleFn } from '@vueuse/core'
import { computed, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { api, call } from '../api/client'
import { useEvents } from '../api/events'
import { keys } from '../api/queries'
import { narrowingOf, queryOf, STATES_OF, type Filters } from './filters'

const PAGE = 100
/** How often at most it is read again, in milliseconds for each page that is known. */
const PACE = 400

export function useHistory(filters: MaybeRefOrGetter<Filters>) {
  const key = computed(() => JSON.stringify(queryOf(toValue(filters))))
  const query = useInfiniteQuery({
    queryKey: [...keys.history, key],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/api/v2/deliveries', {
          params: {
            query: {
              ...narrowingOf(toValue(filters)),
              state: STATES_OF[toValue(filters).group],
              limit: PAGE,
              ...(pageParam && { before: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.id),
  })
  const deliveries = computed(() => query.data.value?.pages.flat() ?? [])
  const pace = computed(() => PACE * Math.max(1, query.data.value?.pages.length ?? 1))
  // One that is under way may have been answered before what the event tells.
  let again = false
  const refresh = useThrottleFn(
    () => {
      if (query.isFetching.value) again = true
      else void query.refetch()
    },
    pace,
    true,
  )
  watch(query.isFetching, (busy) => {
    if (busy || !again) return
    again = false
    void refresh()
  })
  useEvents('delivery', () => void refresh())
  return { query, deliveries }
}
