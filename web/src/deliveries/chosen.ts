/** Which deliveries are chosen, to do something with many at once. */
import { computed, ref, toValue, watch, type MaybeRefOrGetter } from 'vue'
import type { Schemas } from '../api/client'
import { STATES_OF, type StateGroup } from './filters'
import type { Delivery, DeliveryState } from './state'

export type ManyAction = 'retry' | 'resend' | 'cancel'

export const STATES_FOR: Record<ManyAction, DeliveryState[]> = {
  retry: ['dead', 'cancelled', 'retry'],
  resend: ['delivered'],
  cancel: ['pending', 'running', 'retry'],
}

interface Around {
  /** The rows that are known, newest first. */
  rows: MaybeRefOrGetter<Delivery[]>
  group: MaybeRefOrGetter<StateGroup>
  /** Of all that match the filters, whatever their state. */
  counts: MaybeRefOrGetter<Schemas['DeliveryCounts'] | undefined>
}

export function useChosen({ rows, group, counts }: Around) {
  const ids = ref(new Set<string>())
  /** All that match the filters, also those that are not in the list yet. */
  const all = ref(false)
  let last: string | null = null

  watch(
    () => toValue(rows),
    (now) => {
      const known = new Set(now.map((one) => one.id))
      const kept = [...ids.value].filter((id) => known.has(id))
      if (kept.length < ids.value.size) ids.value = new Set(kept)
    },
  )

  /** Chooses one or not; with `range` all from the last one pressed to it. */
  function choose(id: string, on: boolean, range: boolean) {
    const order = toValue(rows).map((one) => one.id)
    const from = range && last !== null ? order.indexOf(last) : -1
    const to = order.indexOf(id)
    const pressed = from < 0 ? [id] : order.slice(Math.min(from, to), Math.max(from, to) + 1)
    const after = new Set(all.value ? order : ids.value)
    for (const one of pressed) {
      if (on) after.add(one)
      else after.delete(one)
    }
    all.value = false
    ids.value = after
    last = id
  }

  function chooseShown(on: boolean) {
    all.value = false
    ids.value = new Set(on ? toValue(rows).map((one) => one.id) : [])
  }

  const byState = computed(() => {
    const found = new Map<DeliveryState, number>()
    const count = (state: DeliveryState, n: number) => n > 0 && found.set(state, (found.get(state) ?? 0) + n)
    if (all.value) {
      const wanted = STATES_OF[toValue(group)]
      for (const [state, n] of Object.entries(toValue(counts)?.states ?? {}) as [DeliveryState, number][]) {
        if (wanted.length === 0 || wanted.includes(state)) count(state, n)
      }
    } else {
      for (const one of toValue(rows)) if (ids.value.has(one.id)) count(one.state, 1)
    }
    return found
  })
  const sum = (states: Iterable<DeliveryState>) =>
    [...states].reduce((total, state) => total + (byState.value.get(state) ?? 0), 0)

  return {
    ids,
    all,
    choose,
    chooseShown,
    chooseAll: () => void (all.value = true),
    byState,
    n: computed(() => sum(byState.value.keys())),
    /** How many of them an action is for. */
    suited: (action: ManyAction) => sum(STATES_FOR[action]),
    /** The ids that an action is for, when they are chosen one by one. */
    idsFor: (action: ManyAction) =>
      toValue(rows)
        .filter((one) => ids.value.has(one.id) && STATES_FOR[action].includes(one.state))
        .map((one) => one.id),
    clear() {
      ids.value = new Set()
      all.value = false
      last = null
    },
  }
}
export type Chosen = ReturnType<typeof useChosen>
