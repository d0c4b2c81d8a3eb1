/** Comments as the analysis asks for them, and what can be done with them. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { api, call, type Schemas } from '../../api/client'
import { useToast } from '../../ui'

export type Comment = Schemas['CommentInfo']
export type Draft = Required<Schemas['CommentDraft']>

/** What a comment may be about: the value of a choice, which names kind and id. */
export interface Subject {
  about: Draft['about']
  subject: string
  label: string
}

export const keyOf = ({ about, subject }: Pick<Draft, 'about' | 'subject'>): string => `${about}:${subject}`

export function useComments(source: string, project: string) {
  return useQuery({
    queryKey: ['comments', source, project],
    queryFn: () =>
      call(api.GET('/api/v2/projects/{source}/{project}/comments', { params: { path: { source, project } } })),
  })
}

export function useCommentActions(source: string, project: string) {
  const queries = useQueryClient()
  const toast = useToast()
  const busy = ref(false)
  const path = { source, project }

  async function act(failed: string, work: () => Promise<unknown>): Promise<boolean> {
    busy.value = true
    try {
      await work()
      return true
    } catch (error) {
      toast.error(failed, { detail: (error as Error).message })
      return false
    } finally {
      busy.value = false
      void queries.invalidateQueries({ queryKey: ['comments', source, project] })
    }
  }
  return {
    busy,
    /** Keeps a new one, or writes `changed` anew. */
    keep: (draft: Draft, changed: Comment | null) =>
      act('The comment was not kept.', () =>
        changed
          ? call(
              api.PUT('/api/v2/projects/{source}/{project}/comments/{comment_id}', {
                params: { path: { ...path, comment_id: changed.id } },
                body: { title: draft.title, text: draft.text },
              }),
            )
          : call(api.POST('/api/v2/projects/{source}/{project}/comments', { params: { path }, body: draft })),
      ),
    remove: (one: Comment) =>
      act('The comment was not deleted.', () =>
        call(
          api.DELETE('/api/v2/projects/{source}/{project}/comments/{comment_id}', {
            params: { path: { ...path, comment_id: one.id } },
          }),
        ),
      ),
  }
}
