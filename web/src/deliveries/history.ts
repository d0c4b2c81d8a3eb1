/** The history of deliveries, page by page, live. */
import { useInfiniteQuery } from '@tanstack/vue-query'
import { useThrottleFn } from '@vueuse/core'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
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
  useEvents(
    'delivery',
    useThrottleFn(() => void query.refetch(), pace, true),
  )
  return { query, deliveries }
}
