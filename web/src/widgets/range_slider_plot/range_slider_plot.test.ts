import { describe, expect, it } from 'vitest'
import { parseTime } from '../../plot/bounds'
import { axis, inputOf, listening, measure, place, press, untilTheEnd } from '../../plot/probe.testing'
import type { Axis, WidgetFilter } from '../widget'
import definition from './index'
import type { RangeSliderSettings } from './series'

const SETTINGS: RangeSliderSettings = {
  x: 't', y1: ['y'], y2: [], bins: 3, statistic: 'mean', band: 'quartiles', x_window: null,
}
const TIME = axis('t', {
  type: 'time', kind: 'time', zoned: true,
  domain: [parseTime('2013-01-01T00:00:00Z'), parseTime('2013-01-04T00:00:00Z')],
})

function line(x: Axis) {
  const [low, high] = x.domain
  const edges = [0, 1, 2, 3].map((i) => low + (i / 3) * (high - low))
  const centres = [0, 1, 2].map((i) => ((edges[i] ?? 0) + (edges[i + 1] ?? 0)) / 2)
  const figures = ['mean', 'std', 'min', 'q1', 'median', 'q3', 'max'].map((name, i) =>
    [name, [Float64Array.of(i, NaN, i + 1), [1, 3]]])
  return measure({ x, y: axis('y'), absolute: false }, Object.fromEntries([
    ['edges', [Float64Array.from(edges), [4]]], ['centres', [Float64Array.from(centres), [3]]],
    ['count', [Uint32Array.of(2, 0, 1), [1, 3]]], ...figures,
  ]))
}

function mounted(x: Axis, filters: WidgetFilter[] = []) {
  const { context, heard } = listening<RangeSliderSettings>()
  const element = place()
  const view = untilTheEnd(definition.mount(element, context))
  view.resize(600, 300)
  view.update(inputOf(SETTINGS, { y1_0: line(x) }, { filters }))
  return { element, view, heard }
}

describe('a range slider plot', () => {
  it('moves the range of times by keyboard, with Z on a zoned axis', () => {
    const { element, heard } = mounted(TIME, [
      { op: 'range', column: 't', min: '2013-01-02T00:00:00Z', max: '2013-01-03T00:00:00Z' },
    ])
    press(element.querySelectorAll('[role=slider]')[2], 'ArrowRight')
    const [filter] = heard.filters[heard.filters.length - 1]?.filters ?? []
    expect(filter?.op === 'range' && filter.min).toMatch(/^2013-01-02T00:\d\d:00Z$/)
    expect(filter?.op === 'range' && filter.min !== '2013-01-02T00:00:00Z').toBe(true)
    expect(filter).toMatchObject({ max: '2013-01-03T00:00:00Z' })
  })

  it('shows one range in the plot and in the overview', () => {
    const { element } = mounted(TIME, [
      { op: 'range', column: 't', min: '2013-01-02T00:00:00Z', max: '2013-01-03T00:00:00Z' },
    ])
    const values = [...element.querySelectorAll('[role=slider]')].map((handle) => handle.getAttribute('aria-valuenow'))
    expect(values.slice(0, 2)).toEqual(values.slice(2))
  })

  it('breaks a line where a bin is empty', () => {
    const { element } = mounted(TIME)
    const paths = [...element.querySelectorAll('path[stroke]')].map((path) => path.getAttribute('d') ?? '')
    expect(paths.some((d) => d.split('M').length === 3)).toBe(true)
  })

  it('names the columns of its lines until there are others', () => {
    const { view, element } = mounted(TIME)
    const before = [view.summary(), view.table(), element.innerHTML]
    expect(before[0]).toBe('y by t')
    for (const change of [{ y1: ['z'] }, { y1: [], y2: ['z'] }, { y1: ['z', 'y'] }]) {
      view.update(inputOf({ ...SETTINGS, ...change }, { y1_0: line(TIME) }))
      expect([view.summary(), view.table(), element.innerHTML]).toEqual(before)
    }
  })

  it('draws a text axis and names its bins', () => {
    const names = axis('t', { type: 'text', kind: 'category', domain: [-0.5, 2.5], categories: ['x', 'y', 'z'] })
    const { rows } = mounted(names).view.table()
    expect(rows.map(([name]) => name)).toEqual(['x', 'y', 'z'])
    expect(rows[1]?.slice(1, 2)).toEqual(['–'])
  })
})

it('exports the one range, or says why not', () => {
  const filter: WidgetFilter = { op: 'range', column: 't', min: '1', max: '2' }
  expect(definition.exportable?.([filter])).toEqual({ kind: 'range1d', x: { column: 't', min: '1', max: '2' } })
  expect(definition.exportable?.([])).toHaveProperty('reason')
  expect(definition.exportable?.([filter, filter])).toHaveProperty('reason')
})
