/** The saved layouts of all projects. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { api, call, type Schemas } from '../../api/client'

export type Layout = Schemas['LayoutInfo']

const KEY = ['layouts']

export function useLayouts() {
  return useQuery({ queryKey: KEY, queryFn: () => call(api.GET('/api/v2/layouts')) })
}

/** Saves a new layout, or over the one whose id is given. */
export function useSaveLayout() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, draft }: { id: string | null; draft: Schemas['LayoutDraft'] }) =>
      id === null
        ? call(api.POST('/api/v2/layouts', { body: draft }))
        : call(
            api.PUT('/api/v2/layouts/{layout_id}', {
              params: { path: { layout_id: id } },
              body: draft,
            }),
          ),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  })
}

export function useDeleteLayout() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      call(api.DELETE('/api/v2/layouts/{layout_id}', { params: { path: { layout_id: id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  })
}
