/** What can be done with a data provider and its projects, with its words. */
import { useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { api, call } from '../api/client'
import { keys } from '../api/queries'
import { useToast } from '../ui'
import type { Action, Provider, RemoteProject } from './project'

export function useProviderActions() {
  const queries = useQueryClient()
  const toast = useToast()
  /** The provider, or the project, that something is done with. */
  const busy = ref<string | null>(null)
  const refresh = () => queries.invalidateQueries({ queryKey: keys.providers })

  async function run<T>(key: string, trouble: string, work: () => Promise<T>): Promise<T | null> {
    busy.value = key
    try {
      return await work()
    } catch (error) {
      toast.error(trouble, { detail: (error as Error).message })
      return null
    } finally {
      busy.value = null
      void refresh()
    }
  }

  async function fetchProject(provider: Provider, project: RemoteProject, again = false) {
    const answer = await run(project.id, `“${project.name}” is not being fetched.`, () =>
      call(
        api.POST('/api/v2/data-providers/{name}/fetches', {
          params: { path: { name: provider.name } },
          body: { project: project.id, again },
        }),
      ),
    )
    if (answer && !answer.fetch) {
      toast.info(`“${project.name}” has not changed at “${provider.name}”.`, {
        action: { label: 'Fetch it all the same', run: () => void fetchProject(provider, project, true) },
      })
    }
  }
  const where = (provider: Provider, project: RemoteProject) => ({
    params: { path: { name: provider.name }, query: { project: project.id } },
  })

  return {
    busy,
    async act(action: Action, provider: Provider, project: RemoteProject) {
      if (action === 'cancel') {
        await run(project.id, `“${project.name}” was not cancelled.`, () =>
          call(api.POST('/api/v2/data-providers/{name}/fetches/cancel', where(provider, project))),
        )
      } else if (action === 'discard') {
        await run(project.id, `“${project.name}” was not discarded.`, () =>
          call(api.DELETE('/api/v2/data-providers/{name}/fetches', where(provider, project))),
        )
      } else {
        await fetchProject(provider, project)
      }
    },
    async check(provider: Provider) {
      await run(provider.name, `“${provider.name}” was not asked.`, () =>
        call(api.POST('/api/v2/data-providers/{name}/check', { params: { path: { name: provider.name } } })),
      )
    },
    async remove(provider: Provider) {
      const done = await run(provider.name, `“${provider.name}” was not removed.`, async () => {
        await call(api.DELETE('/api/v2/data-providers/{name}', { params: { path: { name: provider.name } } }))
        return true
      })
      if (done) toast.success(`“${provider.name}” was removed.`, { detail: 'What was fetched of it stays.' })
    },
  }
}
