/** Experiments and algo-providers as the page asks for them, and what can be done with them. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { api, call, type Schemas } from '../../api/client'
import { keys, rereading } from '../../api/queries'
import { counted, useToast } from '../../ui'

export type Experiment = Schemas['ExperimentInfo']
export type Provider = Schemas['ProviderInfo']
export type ExperimentRequest = Schemas['ExperimentRequest']

export function useAlgoProviders() {
  return useQuery({
    queryKey: keys.algoProviders,
    queryFn: () => call(api.GET('/api/v2/algo-providers')),
  })
}

export function useExperiments(source: string, project: string) {
  return useQuery({
    queryKey: keys.experiments(source, project),
    queryFn: () =>
      call(
        api.GET('/api/v2/projects/{source}/{project}/experiments', {
          params: { path: { source, project } },
        }),
      ),
    refetchInterval: ({ state }) => rereading(state.data?.map((one) => one.state) ?? []),
  })
}

export const isUnderWay = (one: Experiment): boolean => one.state === 'waiting' || one.state === 'running'

/** What came of it, in a few words. */
export function outcome(one: Experiment): string {
  if (one.columns.length === 0) return one.values.length > 0 ? counted(one.values.length, 'value') : ''
  return `${counted(one.columns.length, 'column')} for ${counted(one.n_samples, 'sample')}`
}

/** What was given for an input, in words. */
export function givenInWords(given: Schemas['Given']): string {
  if (given.columns) return given.columns.join(', ')
  if (given.column) return `column ${given.column}`
  return JSON.stringify(given.value)
}

export function useExperimentActions(source: string, project: string) {
  const queries = useQueryClient()
  const toast = useToast()
  /** The id of the experiment that something is asked of. */
  const busy = ref<string | null>(null)
  const path = (one: Experiment) => ({ params: { path: { source, project, experiment_id: one.id } } })

  async function act(one: Experiment, failed: string, work: () => Promise<string>): Promise<boolean> {
    busy.value = one.id
    try {
      toast.info(await work())
      return true
    } catch (error) {
      toast.error(failed, { detail: (error as Error).message })
      return false
    } finally {
      busy.value = null
      void queries.invalidateQueries({ queryKey: keys.experiments(source, project) })
    }
  }

  return {
    busy,
    again: (one: Experiment) =>
      act(one, `“${one.title}” was not run again.`, async () => {
        await call(
          api.POST('/api/v2/projects/{source}/{project}/experiments/{experiment_id}/again', path(one)),
        )
        return `“${one.title}” runs again.`
      }),
    cancel: (one: Experiment) =>
      act(one, `“${one.title}” was not cancelled.`, async () => {
        await call(
          api.POST('/api/v2/projects/{source}/{project}/experiments/{experiment_id}/cancel', path(one)),
        )
        return `“${one.title}” was cancelled; nothing of this run remains.`
      }),
    remove: (one: Experiment, columns: boolean) =>
      act(one, `“${one.title}” was not deleted.`, async () => {
        const { params } = path(one)
        await call(
          api.DELETE('/api/v2/projects/{source}/{project}/experiments/{experiment_id}', {
            params: { ...params, query: { columns } },
          }),
        )
        return columns
          ? `“${one.title}” was deleted with its columns.`
          : `“${one.title}” was deleted; its columns stay.`
      }),
  }
}
