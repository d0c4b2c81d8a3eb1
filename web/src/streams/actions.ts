/** What can be done with a stream, with its words. */
import { useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { api, call } from '../api/client'
import { keys } from '../api/queries'
import { useToast } from '../ui'
import { runInWords, type Stream } from './state'

export function useStreamActions(at: () => { source: string; project: string }) {
  const queries = useQueryClient()
  const toast = useToast()
  /** The id of the stream that something is asked of. */
  const busy = ref<string | null>(null)

  async function run(stream: Stream, failed: string, work: () => Promise<string>): Promise<boolean> {
    busy.value = stream.id
    try {
      toast.success(await work())
      return true
    } catch (error) {
      toast.error(failed, { detail: (error as Error).message })
      return false
    } finally {
      busy.value = null
      void queries.invalidateQueries({ queryKey: keys.streams(at().source, at().project) })
      void queries.invalidateQueries({ queryKey: keys.deliveries })
    }
  }
  const params = (stream: Stream) => ({ params: { path: { ...at(), stream_id: stream.id } } })

  return {
    busy,
    run: (stream: Stream, incomplete = false) =>
      run(stream, `“${stream.name}” was not run.`, async () =>
        runInWords(
          await call(
            api.POST('/api/v2/projects/{source}/{project}/streams/{stream_id}/run', {
              ...params(stream),
              body: { incomplete },
            }),
          ),
        ),
      ),
    resend: (stream: Stream) =>
      run(stream, 'The full set was not sent.', async () =>
        runInWords(
          await call(
            api.POST('/api/v2/projects/{source}/{project}/streams/{stream_id}/full', {
              ...params(stream),
              body: { incomplete: stream.state === 'put off' },
            }),
          ),
        ),
      ),
    pause: (stream: Stream) =>
      run(stream, `“${stream.name}” was not paused.`, async () => {
        await call(api.POST('/api/v2/projects/{source}/{project}/streams/{stream_id}/pause', params(stream)))
        return `“${stream.name}” is paused.`
      }),
    resume: (stream: Stream) =>
      run(stream, `“${stream.name}” was not resumed.`, async () => {
        await call(api.POST('/api/v2/projects/{source}/{project}/streams/{stream_id}/resume', params(stream)))
        return `“${stream.name}” goes on.`
      }),
    remove: (stream: Stream) =>
      run(stream, `“${stream.name}” was not deleted.`, async () => {
        await call(api.DELETE('/api/v2/projects/{source}/{project}/streams/{stream_id}', params(stream)))
        return `“${stream.name}” was deleted.`
      }),
  }
}
