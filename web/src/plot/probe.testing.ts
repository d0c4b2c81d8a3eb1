/** For tests of widgets: measures as the engine gives them, and a context that remembers. */
import { afterEach } from 'vitest'
import type { Measure, TypedArray } from '../api/arrow'
import type { Axis, ShownSample, WidgetContext, WidgetFilter, WidgetInput } from '../widgets/widget'

export interface Heard<Settings> {
  filters: { filters: WidgetFilter[]; phase: string }[]
  settings: Partial<Settings>[]
  transient: Partial<Settings>[]
  samples: (ShownSample | null)[]
  added: { kind: string; settings: Record<string, unknown> }[]
}

/** A context and what it was told. */
export function listening<Settings>(): { context: WidgetContext<Settings>; heard: Heard<Settings> } {
  const heard: Heard<Settings> = { filters: [], settings: [], transient: [], samples: [], added: [] }
  const context: WidgetContext<Settings> = {
    setFilters: (filters, phase) => { heard.filters.push({ filters, phase }) },
    setSettings: (change) => { heard.settings.push(change) },
    setTransient: (change) => { heard.transient.push(change) },
    detail: (sample) => Promise.resolve({ sample, id: `id-${String(sample)}`, values: { a: '1', b: null }, results: {} }),
    addWidget: (kind, settings) => { heard.added.push({ kind, settings }) },
    showSample: (shown) => { heard.samples.push(shown) },
    report: () => undefined,
    changed: () => undefined,
  }
  return { context, heard }
}

export function measure(
  meta: Record<string, unknown>,
  arrays: Record<string, [TypedArray, number[]]> = {},
): Measure {
  const tensors = Object.entries(arrays).map(([name, [data, shape]]) => [name, { data, shape }] as const)
  return { meta, arrays: Object.fromEntries(tensors) }
}

export function axis(column: string, part: Partial<Axis> = {}): Axis {
  return { column, type: 'number', zoned: false, kind: 'number', domain: [0, 10], ...part }
}

export function inputOf<Settings>(
  settings: Settings,
  data: Record<string, Measure>,
  part: Partial<WidgetInput<Settings>> = {},
): WidgetInput<Settings> {
  return {
    settings, data, filters: [], colour: null, columns: [], theme: 'light',
    counts: { rows: 1, samples: 1, total_rows: 1, total_samples: 1 }, ...part,
  }
}

const views: { destroy(): void }[] = []
afterEach(() => { views.splice(0).forEach((view) => { view.destroy() }) })

/** The view, which is taken down after the test: what it still planned to draw is not drawn then. */
export function untilTheEnd<View extends { destroy(): void }>(view: View): View {
  views.push(view)
  return view
}

/** A place in the page. */
export function place(): HTMLDivElement {
  const element = document.createElement('div')
  document.body.append(element)
  return element
}

/** Presses a key on an element. */
export function press(element: Element | null | undefined, key: string, shiftKey = false): void {
  element?.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true }))
  element?.dispatchEvent(new KeyboardEvent('keyup', { key, shiftKey, bubbles: true }))
}
