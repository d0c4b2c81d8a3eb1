import { describe, expect, it } from 'vitest'
import { axis, inputOf, listening, measure, place, press, untilTheEnd } from '../../plot/probe.testing'
import type { WidgetFilter } from '../widget'
import { choiceOf, filtersOf, noChoice } from './choice'
import definition from './index'
import type { DistributionSettings } from './view'

const SETTINGS: DistributionSettings = {
  column: 'c', bins: 10, mode: 'stacked', order: 'value', shown: 'where_the_rows_are',
}
const NONE = { all: 0, selected: 0 }

const numbers = (edges: number[], all: number[], meta = {}) => measure(
  { axis: axis('c', { domain: [edges[0] ?? 0, edges[edges.length - 1] ?? 1] }), missing: NONE, nan: NONE, inf: NONE, ...meta },
  { edges: [Float64Array.from(edges), [edges.length]], all: [Uint32Array.from(all), [all.length]], counts: [Uint32Array.from(all), [1, all.length]] },
)

const categories = (type: 'text' | 'boolean', names: string[], meta = {}) => measure(
  {
    axis: axis('c', { type, kind: 'category', domain: [-0.5, names.length - 0.5], categories: names }),
    other: false, missing: { all: 3, selected: 1 }, nan: NONE, inf: NONE, ...meta,
  },
  { all: [new Uint32Array(names.length).fill(5), [names.length]], counts: [new Uint32Array(names.length).fill(2), [1, names.length]] },
)

function mounted(histogram: ReturnType<typeof measure>, filters: WidgetFilter[] = []) {
  const { context, heard } = listening<DistributionSettings>()
  const element = place()
  const view = untilTheEnd(definition.mount(element, context))
  view.resize(400, 260)
  view.update(inputOf(SETTINGS, { histogram }, { filters }))
  return { element, view, heard }
}

describe('a distribution', () => {
  it('draws one bar for a column with one value (E6)', () => {
    const { element, view } = mounted(numbers([4.5, 5.5], [7]))
    const bars = [...element.querySelectorAll('path')].map((path) => path.getAttribute('d') ?? '')
    expect(bars.filter((d) => d.startsWith('M')).length).toBeGreaterThan(0)
    expect(view.table().rows).toEqual([['4.5 – 5.5', 7, 7]])
    expect(view.summary()).toBe('c · 1 bin')
  })

  it('toggles a bar by keyboard, with the value as text of its type (E2)', () => {
    const { element, heard } = mounted(categories('boolean', ['false', 'true']))
    press(element.querySelectorAll('.plot-bar')[1], 'Enter')
    expect(heard.filters).toEqual([
      { filters: [{ op: 'one_of', column: 'c', values: ['true'] }], phase: 'end' },
    ])
  })

  it('has one stop of the Tab key for all bars', () => {
    const { element } = mounted(categories('text', ['a', 'b', 'c']))
    const stops = [...element.querySelectorAll('.plot-bar')].filter((bar) => bar.getAttribute('tabindex') === '0')
    expect(stops.length).toBe(1)
  })

  it('moves its range by arrow keys, ten times as far with Shift', () => {
    const { element, heard } = mounted(
      numbers([0, 5, 10], [1, 2]), [{ op: 'range', column: 'c', min: '2', max: '8' }],
    )
    const handle = element.querySelectorAll('[role=slider]')[0]
    expect(handle?.getAttribute('aria-valuenow')).toBe('2')
    press(handle, 'ArrowRight')
    press(handle, 'ArrowRight', true)
    const mins = heard.filters.map(({ filters: [filter] }) => filter?.op === 'range' && filter.min)
    expect(mins).toEqual(['2.1', '2.1', '3.1', '3.1'])
    expect(heard.filters.map(({ phase }) => phase)).toEqual(['move', 'end', 'move', 'end'])
  })

  it('counts missing values beside the axis and filters on them', () => {
    const { element, view, heard } = mounted(numbers([0, 10], [4], { missing: { all: 3, selected: 1 } }))
    expect(view.table().rows[1]).toEqual(['missing', 3, 1])
    press(element.querySelector('.plot-bar'), ' ')
    expect(heard.filters[0]?.filters).toEqual([{ op: 'missing', column: 'c' }])
  })

  it('clears its filter when asked', () => {
    const { view, heard } = mounted(numbers([0, 10], [4]), [{ op: 'range', column: 'c', min: '1', max: '2' }])
    view.escape?.()
    expect(heard.filters[heard.filters.length - 1]).toEqual({ filters: [], phase: 'end' })
  })

  describe('of a column with a long tail', () => {
    const tail = { axis: axis('c', { domain: [0, 1000] }), above: { all: 1234, selected: 34 } }
    const tailed = (filters: WidgetFilter[] = []) => mounted(numbers([0, 5, 10], [1, 2], tail), filters)

    it('says how many rows lie beyond the bars, and shows them when asked', () => {
      const { element, view, heard } = tailed()
      expect(view.summary()).toBe('c · 2 bins · 34 of 1\u202f234 more above')
      expect(view.table().rows[2]).toEqual(['above 10', 1234, 34])
      const notes = [...element.querySelectorAll<HTMLButtonElement>('.plot-beyond')]
      expect(notes.map(({ hidden }) => hidden)).toEqual([true, false])
      expect(notes[1]?.getAttribute('aria-label')).toBe('34 of 1\u202f234 more above: show all')
      notes[1]?.click()
      expect(heard.settings).toEqual([{ shown: 'everything' }])
    })

    it('keeps the far rows when only the lower bound is moved', () => {
      const { element, heard } = tailed()
      press(element.querySelectorAll('[role=slider]')[0], 'PageUp')
      expect(heard.filters[1]?.filters).toEqual([{ op: 'range', column: 'c', min: '1', max: '1000' }])
    })

    it('moves a range that reaches beyond the bars without cutting it off', () => {
      const { element, heard } = tailed([{ op: 'range', column: 'c', min: '4', max: '100' }])
      const body = element.querySelector('.plot-brush-body')
      const at = (type: string, clientX: number): void => {
        body?.dispatchEvent(new PointerEvent(type, { pointerId: 1, button: 0, clientX, clientY: 50 }))
      }
      at('pointerdown', 200)
      at('pointermove', 237)
      at('pointerup', 237)
      const [filter] = heard.filters[heard.filters.length - 1]?.filters ?? []
      const [min, max] = filter?.op === 'range' ? [Number(filter.min), Number(filter.max)] : []
      expect(min).toBeGreaterThan(4.5)
      expect((max ?? 0) - (min ?? 0)).toBeCloseTo(96, 1)
    })
  })

  it('draws a column without any value', () => {
    const { view } = mounted(numbers([0, 1], [0], { missing: { all: 9, selected: 9 } }))
    expect(view.summary()).toBe('c · 1 bin · 9 missing')
  })
})

describe('chosen bars', () => {
  it('with "other" also keep values without a bar, and missing ones only when chosen', () => {
    const choice = { ...noChoice(), values: new Set(['a']), other: true }
    expect(filtersOf('c', choice, ['a', 'b'])).toEqual([
      { op: 'not', child: { op: 'one_of', column: 'c', values: ['b'], missing: true } },
    ])
  })

  it('come back from every filter they make', () => {
    const shown = ['', 'a', 'b']
    for (let bits = 1; bits < 32; bits += 1) {
      const choice = {
        values: new Set(shown.filter((_, i) => bits & (1 << i))),
        other: (bits & 8) > 0, missing: (bits & 16) > 0, nan: false,
      }
      expect(choiceOf('c', filtersOf('c', choice, shown), shown)).toEqual(choice)
    }
  })
})
