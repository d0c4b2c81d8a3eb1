import { describe, expect, it } from 'vitest'
import { inputOf, listening, measure, place, press, untilTheEnd } from '../../plot/probe.testing'
import type { WidgetFilter } from '../widget'
import type { CategoriesSettings } from './combinations'
import definition from './index'

const SETTINGS: CategoriesSettings = { columns: ['t', 'b'], weight: null, limit: 300 }

/** Texts a, b by booleans: a·false 3, a·true 1, b·true 4. */
const answer = (meta = {}) => measure(
  {
    columns: [
      { column: 't', type: 'text', distinct: 2, classes: ['a', 'b'], kinds: ['value', 'value'] },
      { column: 'b', type: 'boolean', distinct: 2, classes: ['false', 'true'], kinds: ['value', 'value'] },
    ],
    combinations: 3, selected: 8, drawn: 8, weight: null, without_weight: 0, ...meta,
  },
  {
    classes: [Uint8Array.of(0, 0, 0, 1, 1, 1), [3, 2]], counts: [Uint32Array.of(3, 1, 4), [1, 3]],
    all: [Uint32Array.of(9, 9, 9), [3]], class_counts: [Uint32Array.of(4, 4, 3, 5), [1, 4]],
    class_all: [Uint32Array.of(18, 9, 9, 18), [4]],
  },
)

function mounted(filters: WidgetFilter[] = [], combinations = answer()) {
  const { context, heard } = listening<CategoriesSettings>()
  const element = place()
  const view = untilTheEnd(definition.mount(element, context))
  view.resize(600, 300)
  view.update(inputOf(SETTINGS, { combinations }, { filters }))
  const button = (name: string): Element | undefined =>
    [...element.querySelectorAll('[role=button]')].find((one) => one.getAttribute('aria-label')?.startsWith(name))
  return { element, view, heard, button }
}

const A: WidgetFilter = { op: 'one_of', column: 't', values: ['a'] }
const TRUE: WidgetFilter = { op: 'one_of', column: 'b', values: ['true'] }

describe('parallel categories', () => {
  it('filter by a value, with the text of its type (E2)', () => {
    const { button, heard } = mounted()
    press(button('b true: 5 of 18 rows'), 'Enter')
    expect(heard.filters).toEqual([{ filters: [TRUE], phase: 'end' }])
  })

  it('filter by a combination, and take it back', () => {
    const { button, heard } = mounted()
    press(button('t a, b true: 1 of 9 rows'), ' ')
    expect(heard.filters).toEqual([{ filters: [A, TRUE], phase: 'end' }])
    press(button('t a, b true'), ' ')
    expect(heard.filters[1]).toEqual({ filters: [], phase: 'end' })
  })

  it('filter by the ribbon that is clicked', () => {
    const { element, heard } = mounted()
    element.querySelectorAll('[data-ribbon]')[2]?.dispatchEvent(new MouseEvent('click', { bubbles: true }))
    expect(heard.filters[0]?.filters).toEqual([{ op: 'one_of', column: 't', values: ['b'] }, TRUE])
  })

  it('make ribbons as thick as their counts, and fade those that are not chosen', () => {
    const { element } = mounted([A])
    const ribbons = [...element.querySelectorAll('[data-ribbon]')]
    const thick = ribbons.map((path) => Number(/v([\d.]+)C/.exec(path.getAttribute('d') ?? '')?.[1]))
    expect((thick[2] ?? 0) / (thick[1] ?? 1)).toBeCloseTo(4, 1)
    const strengths = ribbons.map((path) => Number(path.getAttribute('fill-opacity')))
    expect((strengths[2] ?? 1) < (strengths[0] ?? 0)).toBe(true)
  })

  it('say when not all combinations are drawn', () => {
    const { view } = mounted([], answer({ combinations: 10, selected: 80 }))
    expect(view.summary()).toBe('t, b · 3 of 10 combinations drawn, 10.0\u202f% of the rows')
  })

  it('name the weight of their widths until there are others', () => {
    const sums = [Float64Array.of(1.5, 2, 3), Float64Array.of(3.5, 3, 1.5, 5)] as const
    const plain = answer({ weight: 'w', without_weight: 2 })
    const weighted = {
      ...plain,
      arrays: { ...plain.arrays, weights: { data: sums[0], shape: [1, 3] }, class_weights: { data: sums[1], shape: [1, 4] } },
    }
    const { view } = mounted([], weighted)
    view.update(inputOf({ ...SETTINGS, weight: 'v' }, { combinations: weighted }))
    expect(view.summary()).toBe('t, b · 3 combinations · by w · 2 rows without it')
    expect(view.table().columns).toEqual(['t', 'b', 'all', 'selected', 'selected (sum of w)'])
    view.update(inputOf({ ...SETTINGS, weight: null }, { combinations: weighted }))
    expect(view.summary()).toContain('by w')
  })

  it('have one stop of the Tab key for values and one for combinations', () => {
    const { element } = mounted()
    const stops = [...element.querySelectorAll('[role=button]')].filter((one) => one.getAttribute('tabindex') === '0')
    expect(stops.length).toBe(2)
  })

  it('give the exact counts as a table', () => {
    expect(mounted().view.table()).toEqual({
      columns: ['t', 'b', 'all', 'selected'],
      rows: [['a', 'false', 9, 3], ['a', 'true', 9, 1], ['b', 'true', 9, 4]],
    })
  })

  it('clear their filter when asked, also one of a column that is not drawn any more', () => {
    for (const filter of [A, { ...A, column: 'former' }]) {
      const { view, heard } = mounted([filter])
      view.escape?.()
      expect(heard.filters).toEqual([{ filters: [], phase: 'end' }])
    }
  })
})
