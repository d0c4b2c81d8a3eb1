/** Retrying, sending again and cancelling many deliveries by one request, with its words. */
import { useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { api, call, type Schemas } from '../api/client'
import { staleDeliveries } from '../api/queries'
import { count, counted, useToast } from '../ui'
import { STATES_FOR, type ManyAction } from './chosen'
import { narrowingOf, STATES_OF, type Filters } from './filters'

type Outcome = Schemas['ManyEntry']['outcome']

interface Order {
  /** Those chosen one by one; null for all that the filters leave in. */
  ids: string[] | null
  filters: Filters
  /** The moment of the counts that the person saw. */
  asOf?: string
}

const DONE: Partial<Record<Outcome, string>> = {
  retried: 'tried again now',
  cancelled: 'cancelled',
  stopping: 'asked to stop',
}
const LEFT: Partial<Record<Outcome, string>> = {
  waiting: 'waited for an attempt already',
  running: 'under way already',
  delivered: 'delivered meanwhile',
  final: 'ended meanwhile',
  changed: 'changed meanwhile',
  moved_on: 'of a stream that has gone on without it',
  unknown: 'not known any more',
}
const LARGEST = 10_000

/** What an answer says, in two lines. */
export function said(counts: Partial<Record<Outcome, number>>): { text: string; detail?: string } {
  const parts = (words: Partial<Record<Outcome, string>>) =>
    (Object.entries(words) as [Outcome, string][]).flatMap(([outcome, word]) =>
      counts[outcome] ? [{ n: counts[outcome], word }] : [],
    )
  const done = parts(DONE).map(({ n, word }) => `${counted(n, 'delivery', 'deliveries')} ${n === 1 ? 'is' : 'are'} ${word}`)
  const left = parts(LEFT).map(({ n, word }) => `${count(n)} ${word}`)
  return {
    text: `${done.join(', ') || 'Nothing was to be done'}.`,
    ...(left.length > 0 && { detail: `Left as they are: ${left.join(', ')}.` }),
  }
}

export function useManyActions() {
  const queries = useQueryClient()
  const toast = useToast()
  const busy = ref<ManyAction | null>(null)

  function ask(action: ManyAction, body: Schemas['RetryOrder']) {
    if (action === 'cancel') return call(api.POST('/api/v2/deliveries/cancel', { body }))
    return call(api.POST('/api/v2/deliveries/retry', { body: { ...body, resend: action === 'resend' } }))
  }
  function bodies(action: ManyAction, { ids, filters, asOf }: Order): Schemas['ManyOrder'][] {
    if (ids) {
      const parts = Math.ceil(ids.length / LARGEST)
      return Array.from({ length: parts }, (_, n) => ({ ids: ids.slice(n * LARGEST, (n + 1) * LARGEST) }))
    }
    const shown = STATES_OF[filters.group]
    const state = STATES_FOR[action].filter((one) => shown.length === 0 || shown.includes(one))
    return [{ filter: { kind: [], ...narrowingOf(filters), state }, ...(asOf && { as_of: asOf }) }]
  }

  /** Whether the server did it. */
  async function run(action: ManyAction, order: Order): Promise<boolean> {
    busy.value = action
    try {
      const counts: Partial<Record<Outcome, number>> = {}
      for (const body of bodies(action, order)) {
        const answer = await ask(action, body as Schemas['RetryOrder'])
        for (const [outcome, n] of Object.entries(answer.counts) as [Outcome, number][]) {
          counts[outcome] = (counts[outcome] ?? 0) + n
        }
      }
      const { text, ...more } = said(counts)
      toast.success(text, more)
      return true
    } catch (error) {
      toast.error(action === 'cancel' ? 'They were not cancelled.' : 'They were not tried again.', {
        detail: (error as Error).message,
      })
      return false
    } finally {
      busy.value = null
      staleDeliveries(queries)
    }
  }
  return { busy, run }
}
