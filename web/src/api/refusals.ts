/** Which changes of the projects kept by this server its operator does not allow, and why. */
import { useQuery } from '@tanstack/vue-query'
import { toValue, type MaybeRefOrGetter } from 'vue'
import type { MenuItem } from '../ui'
import { api, call } from './client'

export type Permission =
  | 'create_projects'
  | 'delete_projects'
  | 'insert_data'
  | 'create_selections'
  | 'delete_selections'
  | 'insert_results'

const LOCAL = 'local'

/** A function of the permissions that something needs: why it is not allowed, null where it is. */
export function useRefusals(source: MaybeRefOrGetter<string> = LOCAL) {
  const { data } = useQuery({
    queryKey: ['refusals'],
    queryFn: () => call(api.GET('/api/v2/refusals')),
    staleTime: Infinity,
  })
  return (...needed: Permission[]): string | null => {
    if (toValue(source) !== LOCAL) return null
    const refused = needed.find((one) => data.value?.[one])
    return (refused && data.value?.[refused]) ?? null
  }
}

/** Of an item of a menu that is not allowed for a reason: it is there and says why. */
export function barred(reason: string | null): Partial<MenuItem> {
  return reason === null ? {} : { disabled: true, hint: reason }
}
