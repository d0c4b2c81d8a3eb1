/** Undo and redo: pure, over whole documents. A gesture of many moves is one step. */

const STEPS = 100

export interface History<Document> {
  past: Document[]
  present: Document
  future: Document[]
  /** The document before the gesture that is going on; null: there is none. */
  before: Document | null
}

export const startHistory = <D>(present: D): History<D> => ({
  past: [],
  present,
  future: [],
  before: null,
})

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** One move of a gesture: shown at once, no step yet. */
export function move<D>(history: History<D>, next: D): History<D> {
  return { ...history, present: next, before: history.before ?? history.present }
}

/** A finished change; closes the gesture that led to it. Nothing changed: no step. */
export function commit<D>(history: History<D>, next: D): History<D> {
  const base = history.before ?? history.present
  if (same(base, next)) return { ...history, present: next, before: null }
  return {
    past: [...history.past, base].slice(-STEPS),
    present: next,
    future: [],
    before: null,
  }
}

/** A change that belongs to the step before it, such as the grid making room. */
export function amend<D>(history: History<D>, next: D): History<D> {
  return { ...history, present: next }
}

/** A change beneath every step, such as what a page starts with: undo never takes it away. */
export function underlay<D>(history: History<D>, edit: (document: D) => D): History<D> {
  return {
    past: history.past.map(edit),
    present: edit(history.present),
    future: history.future.map(edit),
    before: history.before === null ? null : edit(history.before),
  }
}

/** Ends a gesture that its widget left open. */
export function settle<D>(history: History<D>): History<D> {
  return history.before === null ? history : commit(history, history.present)
}

export function undo<D>(history: History<D>): History<D> {
  const { past, present, future } = settle(history)
  const previous = past.at(-1)
  if (previous === undefined) return settle(history)
  return { past: past.slice(0, -1), present: previous, future: [present, ...future], before: null }
}

export function redo<D>(history: History<D>): History<D> {
  const { past, present, future } = settle(history)
  const [next, ...rest] = future
  if (next === undefined) return settle(history)
  return { past: [...past, present], present: next, future: rest, before: null }
}
