/** Tags as the analysis asks for them, and what can be done with them. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { api, call, type Schemas } from '../../api/client'
import { counted, useToast } from '../../ui'

export type Tagging = Schemas['TaggingInfo']
export type TagType = Schemas['TagInfo']['type']
export type TagRequest = Schemas['TagRequest']

export function useTags(source: string, project: string) {
  return useQuery({
    queryKey: ['tags', source, project],
    queryFn: () =>
      call(api.GET('/api/v2/projects/{source}/{project}/tags', { params: { path: { source, project } } })),
  })
}

/** The type that a number written by a person has; null when it is none. */
export function numberType(text: string): TagType | null {
  if (/^[+-]?\d+$/.test(text.trim())) return 'integer'
  return text.trim() !== '' && Number.isFinite(Number(text)) ? 'number' : null
}

/** What was done, in words. */
export function inWords(one: Tagging): string {
  const samples = counted(one.n_samples, 'sample')
  return one.value === null ? `taken from ${samples}` : `“${one.value}” to ${samples}`
}

export function useTagActions(source: string, project: string) {
  const queries = useQueryClient()
  const toast = useToast()
  const busy = ref(false)
  const path = { source, project }

  async function act(failed: string, work: () => Promise<void>): Promise<void> {
    busy.value = true
    try {
      await work()
    } catch (error) {
      toast.error(failed, { detail: (error as Error).message })
    } finally {
      busy.value = false
      void queries.invalidateQueries({ queryKey: ['tags', source, project] })
    }
  }
  const undo = (one: Tagging) =>
    act(`“${one.column}” was not undone.`, async () => {
      await call(
        api.POST('/api/v2/projects/{source}/{project}/tags/taggings/{tagging_id}/undo', {
          params: { path: { ...path, tagging_id: one.id } },
        }),
      )
      toast.info(`Undone: “${one.column}” ${inWords(one)}.`)
    })
  return {
    busy,
    undo,
    /** Gives or takes a tag; raises what the server says against it. */
    tag: async (request: TagRequest): Promise<void> => {
      const made = await call(
        api.POST('/api/v2/projects/{source}/{project}/tags', { params: { path }, body: request }),
      )
      void queries.invalidateQueries({ queryKey: ['tags', source, project] })
      toast.success(`Tag “${made.column}”: ${inWords(made)}.`, {
        action: { label: 'Undo', run: () => void undo(made) },
      })
    },
    remove: (column: string) =>
      act(`The tag “${column}” was not deleted.`, async () => {
        await call(
          api.DELETE('/api/v2/projects/{source}/{project}/tags/{column}', {
            params: { path: { ...path, column } },
          }),
        )
        toast.info(`The tag “${column}” was deleted.`)
      }),
  }
}
