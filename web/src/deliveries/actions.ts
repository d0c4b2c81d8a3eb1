/** What can be done with a delivery, with its words. */
import { useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { api, call, callRaw, saveFile } from '../api/client'
import { staleDeliveries } from '../api/queries'
import { useToast } from '../ui'
import type { Delivery } from './state'

export function useDeliveryActions() {
  const queries = useQueryClient()
  const toast = useToast()
  const busy = ref<string | null>(null)

  async function run<T>(name: string, failed: string, work: () => Promise<T>): Promise<T | null> {
    busy.value = name
    try {
      return await work()
    } catch (error) {
      toast.error(failed, { detail: (error as Error).message })
      return null
    } finally {
      busy.value = null
      staleDeliveries(queries)
    }
  }
  const params = (delivery: Delivery) => ({ params: { path: { delivery_id: delivery.id } } })

  return {
    busy,
    retry: (delivery: Delivery) =>
      run('retry', 'It was not tried again.', () =>
        call(api.POST('/api/v2/deliveries/{delivery_id}/retry', params(delivery))),
      ),
    cancel: (delivery: Delivery) =>
      run('cancel', 'It was not cancelled.', () =>
        call(api.POST('/api/v2/deliveries/{delivery_id}/cancel', params(delivery))),
      ),
    sendAsNew: (delivery: Delivery) =>
      run('again', 'No new delivery was made.', () =>
        call(api.POST('/api/v2/deliveries/{delivery_id}/again', params(delivery))),
      ),
    download: (delivery: Delivery) =>
      run('download', 'The document could not be read.', async () => {
        const response = await callRaw(`/api/v2/deliveries/${encodeURIComponent(delivery.id)}/document`)
        saveFile(await response.blob(), `${delivery.id}.json`)
      }),
  }
}
