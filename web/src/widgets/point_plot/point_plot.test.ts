import { describe, expect, it, vi } from 'vitest'
import { simplified } from '../../plot/lassoBrush'
import { axis, inputOf, listening, measure, place, press, untilTheEnd } from '../../plot/probe.testing'
import { Scale } from '../../plot/scale'
import type { WidgetFilter } from '../widget'
import definition from './index'
import type { PointPlotSettings } from './settings'
import { boxFilters, exportableBox, holds, lassoFilter, shapeOf } from '../../plot/shapes'

const SETTINGS: PointPlotSettings = {
  x: 'a', y: 'b', display: 'points', bins: 2, absolute: false, x_window: null, y_window: null,
}
const X = axis('a')
const Y = axis('b', { domain: [-10, 10] })
const RASTER = measure(
  { x: X, y: Y, x_window: [0, 10], y_window: [-10, 10], inside: 6, outside: 1 },
  { counts: [Uint32Array.of(1, 2, 0, 3), [1, 2, 2]], all: [Uint32Array.of(1, 2, 0, 3), [2, 2]] },
)
const STATS = measure(
  { x: X, y: Y, absolute: true },
  Object.fromEntries([
    ['centres', [Float64Array.of(2.5, 7.5), [2]]], ['edges', [Float64Array.of(0, 5, 10), [3]]],
    ['count', [Uint32Array.of(3, 0), [1, 2]]],
    ...['mean', 'std', 'min', 'q1', 'median', 'q3', 'max'].map((name, i) => [name, [Float64Array.of(i, NaN), [1, 2]]]),
  ]),
)

function mounted(
  change: Partial<PointPlotSettings> = {},
  filters: WidgetFilter[] = [],
  meta: Record<string, unknown> = {},
) {
  const { context, heard } = listening<PointPlotSettings>()
  const element = place()
  const view = untilTheEnd(definition.mount(element, context))
  view.resize(500, 400)
  view.update(inputOf({ ...SETTINGS, ...change }, { raster: { ...RASTER, meta: { ...RASTER.meta, ...meta } }, stats: STATS }, { filters }))
  return { element, view, heard }
}

describe('a point plot', () => {
  it('says how many rows it draws and how many have no place', () => {
    expect(mounted().view.summary()).toBe('6 rows · density raster · 1 row without a place here')
  })

  it('says how many rows lie beyond its window, axis by axis, and shows them when asked', async () => {
    const beyond = { rows: 1234, x: { below: 0, above: 1200 }, y: { below: 34, above: 5 } }
    const { element, view, heard } = mounted({ x_window: [0, 5] }, [], { beyond, outside: 1240 })
    expect(view.summary()).toBe(
      '6 rows · density raster · 1\u202f234 more beyond · 6 rows without a place here',
    )
    const note = element.querySelector<HTMLButtonElement>('.plot-beyond')
    expect(note?.title).toBe('a: 1\u202f200 more above · b: 34 more below, 5 more above. Show all.')
    note?.click()
    await vi.waitFor(() => { expect(heard.settings).toEqual([{ x_window: null, y_window: null }]) })
  })

  it('draws a box by keyboard that keeps both signs of y (E10)', () => {
    const { element, heard } = mounted()
    press(element.querySelector('.plot-catch'), 'Enter')
    expect(heard.filters[0]).toEqual({
      filters: [
        { op: 'range', column: 'a', min: '2.5', max: '7.5' },
        { op: 'range', column: 'b', min: '-5', max: '5' },
      ],
      phase: 'end',
    })
  })

  it('leaves y alone in a box over absolute values (E10)', () => {
    const { element, heard } = mounted({ display: 'statistics', absolute: true })
    press(element.querySelector('.plot-catch'), 'Enter')
    expect(heard.filters[0]?.filters.map((filter) => filter.op === 'range' && filter.column)).toEqual(['a'])
  })

  it('calls quartiles quartiles, the first one the lower (E10)', () => {
    const { columns, rows } = mounted({ display: 'statistics' }).view.table()
    expect(columns.slice(6)).toEqual(['min', '1st quartile', 'median', '3rd quartile', 'max'])
    expect(rows.length).toBe(1)
    expect(mounted({ display: 'statistics' }).element.textContent).toContain('1st/3rd quartile')
  })

  it('names the columns of its figures until there are others', () => {
    const { view, element } = mounted({ display: 'statistics', absolute: true })
    const titles = (): string[] => [...element.querySelectorAll('.plot-axis-title')].map(({ textContent }) => textContent)
    const before = titles()
    expect(before).toContain('|b|')
    view.update(inputOf({ ...SETTINGS, x: 'c', y: 'd', display: 'statistics' }, { raster: RASTER, stats: STATS }))
    expect(titles()).toEqual(before)
  })

  it('lists the cells that hold rows', () => {
    expect(mounted().view.table().rows).toEqual([['2.5', '−5', 1], ['7.5', '−5', 2], ['7.5', '5', 3]])
  })
})

describe('shapes and filters', () => {
  const [x, y] = [new Scale(X, [0, 500]), new Scale(Y, [400, 0])]

  it('turn a box into two ranges and back', () => {
    const filters = boxFilters({ x: [1, 2], y: [-3, 4] }, x, y)
    expect(shapeOf(filters, X, Y)).toEqual({ box: { x: [1, 2], y: [-3, 4] } })
    expect(exportableBox(filters)).toEqual({
      kind: 'range2d', x: { column: 'a', min: '1', max: '2' }, y: { column: 'b', min: '-3', max: '4' },
    })
  })

  it('turn a lasso into a filter and back', () => {
    const filter = lassoFilter([[1, 1], [5, 1.00001], [3, 4]], x, y)
    expect(shapeOf([filter], X, Y)).toEqual({ lasso: [[1, 1], [5, 1], [3, 4]] })
    expect(exportableBox([filter])).toHaveProperty('reason')
  })

  it('say why nothing can be exported', () => {
    expect(exportableBox([])).toHaveProperty('reason')
    expect(exportableBox([{ op: 'range', column: 'a', min: '1', max: '2' }])).toHaveProperty('reason')
  })

  it('hold points by the even-odd rule', () => {
    const star = { lasso: [[0, 0], [4, 0], [0, 3], [2, -2], [4, 3]] as [number, number][] }
    expect(holds(star, 2, -1)).toBe(true)
    expect(holds(star, 2, 0.5)).toBe(false)
    expect(holds(null, 99, 99)).toBe(true)
  })

  it('simplify a path drawn by hand within its tolerance', () => {
    const path = Array.from({ length: 100 }, (_, i) => ({ x: i, y: i % 2 ? 0.3 : 0 }))
    expect(simplified(path, 1)).toEqual([path[0], path[99]])
    expect(simplified([...path, { x: 99, y: 80 }], 1).length).toBe(3)
  })
})
