/** The document of the open page, its history, and the only ways to change it. */
import { useEventListener, useTimeoutFn } from '@vueuse/core'
import { computed, inject, provide, ref, shallowRef, type InjectionKey } from 'vue'
import { ruleOf, type AnalysisDocument } from './document'
import { amend, commit, move, redo, settle, startHistory, underlay, undo } from './history'
import type { Root } from './predicate'

/** Changes that flow (a wheel, typing) are one step until they pause for this long. */
const FLOW_MS = 500

/** After this pause a drag counts as resting, and the remaining counts are asked for. */
const RESTING_MS = 250

export type Edit = (document: AnalysisDocument) => AnalysisDocument

export function createStore(source: string, project: string, initial: AnalysisDocument) {
  const history = shallowRef(startHistory(initial))
  const document = computed(() => history.value.present)
  const moving = ref(false)
  const rest = useTimeoutFn(() => (moving.value = false), RESTING_MS, { immediate: false })

  /** A finished change: one step of undo. */
  function change(edit: Edit): void {
    moving.value = false
    history.value = commit(history.value, edit(history.value.present))
  }
  /** One of many moves; `change` or the release of the pointer ends them. */
  function drag(edit: Edit): void {
    moving.value = true
    rest.start()
    history.value = move(history.value, edit(history.value.present))
  }
  const flowed = useTimeoutFn(() => (history.value = settle(history.value)), FLOW_MS, {
    immediate: false,
  })
  /** One of many small changes; a pause ends them. */
  function flow(edit: Edit): void {
    history.value = move(history.value, edit(history.value.present))
    flowed.start()
  }
  /** A change that is part of the step before it. */
  function adjust(edit: Edit): void {
    history.value = amend(history.value, edit(history.value.present))
  }
  /** What the page starts with, though it came late: it is part of every step. */
  function found(edit: Edit): void {
    history.value = underlay(history.value, edit)
  }
  /** Another document, as opened from a link; nothing to undo. */
  function open(opened: AnalysisDocument): void {
    history.value = startHistory(opened)
  }
  const changeFilters = (edit: (root: Root) => Root): void =>
    change((now) => ({ ...now, filters: edit(now.filters) }))

  // A widget that lost its drag (its element went) must not leave the step open for ever.
  useEventListener(window, ['pointerup', 'pointercancel'], () =>
    setTimeout(() => (history.value = settle(history.value))),
  )

  return {
    source,
    project,
    document,
    moving,
    rule: computed(() => ruleOf(document.value)),
    canUndo: computed(() => history.value.past.length > 0 || history.value.before !== null),
    canRedo: computed(() => history.value.future.length > 0),
    change,
    drag,
    flow,
    adjust,
    found,
    open,
    changeFilters,
    undo: () => (history.value = undo(history.value)),
    redo: () => (history.value = redo(history.value)),
  }
}

export type Store = ReturnType<typeof createStore>

const KEY: InjectionKey<Store> = Symbol('analysis')

export function provideStore(store: Store): Store {
  provide(KEY, store)
  return store
}

export function useStore(): Store {
  const store = inject(KEY)
  if (!store) throw new Error('There is no analysis around this component.')
  return store
}
