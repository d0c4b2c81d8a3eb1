/** What can be done with an export method, with its words. */
import { useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { useRouter } from 'vue-router'
import { api, call, type Schemas } from '../api/client'
import { keys } from '../api/queries'
import { useToast } from '../ui'
import type { Method } from './methodTypes'

export function useMethodActions() {
  const queries = useQueryClient()
  const router = useRouter()
  const toast = useToast()
  const busy = ref<string | null>(null)
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: keys.health })
    return queries.invalidateQueries({ queryKey: keys.methods })
  }

  async function run<T>(method: Method, what: string, work: () => Promise<T>): Promise<T | null> {
    busy.value = method.id
    try {
      return await work()
    } catch (error) {
      toast.error(`“${method.name}” was not ${what}.`, { detail: (error as Error).message })
      return null
    } finally {
      busy.value = null
      void refresh()
    }
  }
  const params = (method: Method) => ({ params: { path: { method_id: method.id } } })

  return {
    busy,
    refresh,
    /** Sends a test document; its delivery, or null when it was refused. */
    async test(method: Method): Promise<Schemas['Delivery'] | null> {
      const delivery = await run(method, 'tested', () =>
        call(api.POST('/api/v2/export-methods/{method_id}/test', params(method))),
      )
      if (delivery) {
        void queries.invalidateQueries({ queryKey: keys.deliveries })
        toast.info(`A test document goes to “${method.name}”.`, {
          action: {
            label: 'Follow it',
            run: () => void router.push({ path: '/deliveries', query: { id: delivery.id } }),
          },
        })
      }
      return delivery
    },
    async remove(method: Method): Promise<boolean> {
      const done = await run(method, 'deleted', async () => {
        await call(api.DELETE('/api/v2/export-methods/{method_id}', params(method)))
        return true
      })
      if (done) toast.success(`“${method.name}” was ${method.origin === 'page' ? 'deleted' : 'taken out of use'}.`)
      return done === true
    },
    async restore(method: Method) {
      const done = await run(method, 'restored', () =>
        call(api.POST('/api/v2/export-methods/{method_id}/restore', params(method))),
      )
      if (done) toast.success(`“${method.name}” is in use again.`)
    },
    async disable(method: Method) {
      const done = await run(method, 'disabled', () =>
        call(api.POST('/api/v2/export-methods/{method_id}/disable', params(method))),
      )
      if (done) toast.success(`“${method.name}” is disabled.`, { detail: 'What waits for it is kept.' })
    },
  }
}

/** What deleting it means, for the confirmation. */
export function deletionText(method: Method | null): string {
  if (!method) return ''
  const after = 'What waits to be sent there stays in the deliveries, where it can be cancelled.'
  return method.origin === 'page'
    ? `“${method.name}” (${method.destination}) is removed. ${after}`
    : `“${method.name}” is defined by ${method.origin}. It is taken out of use and stays so after ` +
        `restarts, until it is restored. ${after}`
}
