import { describe, expect, it } from 'vitest'
import { axis, inputOf, listening, measure, place, press, untilTheEnd } from '../../plot/probe.testing'
import type { Axis, WidgetFilter } from '../widget'
import { contoursOf, sharesOf } from './contours'
import definition from './index'
import { cellOf, cellsPerPlace, edgeOf, sumsOf, totalsOf } from './margin'
import { bandwidth, smoothed } from './smooth'
import type { DensityPlotSettings } from './view'

const SETTINGS: DensityPlotSettings = {
  x: 'a', y: 'b', levels: 6, scale: 'viridis', reverse: false, shown: 'where_the_rows_are', smoothing: 1,
}
const [WIDTH, HEIGHT] = [20, 10]
const NONE = { all: 0, selected: 0 }

/** A heap in the middle, in two colours. */
function answer(beyond = 0) {
  const cells = WIDTH * HEIGHT
  const counts = Uint32Array.from({ length: 2 * cells }, (_, i) => {
    const [x, y] = [(i % cells) % WIDTH, Math.floor((i % cells) / WIDTH)]
    return Math.max(0, 20 - (x - 10) ** 2 - (y - 5) ** 2)
  })
  const [a, b] = [axis('a'), axis('b', { domain: [0, 100] })]
  const margin = (along: Axis, edges: number[]) => measure(
    { axis: along, missing: NONE, nan: NONE, inf: NONE },
    {
      edges: [Float64Array.from(edges), [3]], all: [Uint32Array.of(50, 60), [2]],
      counts: [Uint32Array.of(10, 20, 1, 2), [2, 2]],
    },
  )
  return {
    raster: measure(
      {
        x: a, y: b, x_window: [0, 10], y_window: [0, 100], inside: 234, outside: 5 + beyond,
        beyond: { rows: beyond, x: { below: 0, above: beyond }, y: { below: 0, above: 0 } },
      },
      { counts: [counts, [2, HEIGHT, WIDTH]], all: [counts.slice(0, cells), [HEIGHT, WIDTH]] },
    ),
    x_margin: margin(a, [0, 5, 10]),
    y_margin: margin(b, [0, 50, 100]),
  }
}

function mounted(part: { filters?: WidgetFilter[]; settings?: Partial<DensityPlotSettings>; beyond?: number } = {}) {
  const { context, heard } = listening<DensityPlotSettings>()
  const element = place()
  const view = untilTheEnd(definition.mount(element, context))
  view.resize(500, 400)
  view.update(inputOf({ ...SETTINGS, ...part.settings }, answer(part.beyond), { filters: part.filters ?? [] }))
  const fills = (): (string | null)[] => [...element.querySelectorAll('.plot-contour')].map((path) => path.getAttribute('fill'))
  return { element, view, heard, fills }
}

describe('a 2D density plot', () => {
  it('draws a contour for each level, in the colours chosen, which can be reversed', () => {
    const { fills } = mounted()
    expect(fills().length).toBe(6)
    expect([fills()[0], fills()[5]]).toEqual(['#440154', '#fde725'])
    expect(mounted({ settings: { reverse: true } }).fills()).toEqual(fills().toReversed())
    expect(mounted({ settings: { levels: 12 } }).fills().length).toBe(12)
  })

  it('says what it shows as soon as it is drawn, and lists the counts along both axes (E11)', () => {
    const { view } = mounted()
    expect(view.summary()).toBe('234 rows · 6 contours · 5 rows without a place here')
    expect(view.table().rows).toEqual([
      ['a', '0 – 5', 11], ['a', '5 – 10', 22], ['b', '0 – 50', 11], ['b', '50 – 100', 22],
    ])
  })

  it('filters by a box that the keyboard draws, and shows the one it has (E11)', () => {
    const { element, heard } = mounted()
    press(element.querySelector('.plot-catch'), 'Enter')
    expect(heard.filters.at(-1)).toEqual({
      filters: [
        { op: 'range', column: 'a', min: '2.5', max: '7.5' }, { op: 'range', column: 'b', min: '25', max: '75' },
      ], phase: 'end',
    })
    const box = (drawn: Element): string => drawn.querySelector<SVGElement>('.plot-brush-box')?.style.display ?? ''
    expect(box(element)).toBe('')
    expect(box(mounted().element)).toBe('none')
    expect(box(mounted({ filters: heard.filters.at(-1)?.filters }).element)).toBe('')
  })

  it('exports its one box, as a point plot does', () => {
    expect(definition.exportable?.([])).toEqual({ reason: 'Draw a box on the plot first.' })
    expect(definition.exportable?.([
      { op: 'range', column: 'a', min: '1', max: '2' }, { op: 'range', column: 'b', min: '3', max: '4' },
    ])).toEqual({ kind: 'range2d', x: { column: 'a', min: '1', max: '2' }, y: { column: 'b', min: '3', max: '4' } })
  })

  it('counts the rows beyond what is shown, and shows them when asked', () => {
    const { element, view, heard } = mounted({ beyond: 7 })
    expect(view.summary()).toContain('7 more beyond · 5 rows without')
    element.querySelector<HTMLButtonElement>('.plot-beyond-right')?.click()
    expect(heard.settings).toEqual([{ shown: 'everything' }])
  })
})

describe('counts along the axes', () => {
  it('add up to the rows of the grid, all colours together', () => {
    const totals = totalsOf(Uint32Array.of(1, 2, 3, 4, 10, 20, 30, 40), 2, 4)
    expect([...totals]).toEqual([11, 22, 33, 44])
    expect([...sumsOf(totals, 2, 'x')]).toEqual([44, 66])
    expect([...sumsOf(totals, 2, 'y')]).toEqual([33, 77])
  })

  it('find the cell of a coordinate, its lower edge inside, the last upper one too', () => {
    const window: [number, number] = [-0.3, 0.9]
    for (let cell = 0; cell < 97; cell += 1) expect(cellOf(edgeOf(window, cell, 97), window, 97)).toBe(cell)
    expect(cellOf(0.9, window, 97)).toBe(96)
    expect(cellsPerPlace(axis('c', { kind: 'category', type: 'text' }), [-0.5, 3.5], 40)).toBe(10)
    expect(cellsPerPlace(axis('i', { type: 'integer' }), [0, 500], 40)).toBeNull()
  })
})

describe('smoothing', () => {
  it('moves no rows away, and leaves an even field even up to its edges', () => {
    const even = new Float64Array(60).fill(3)
    for (const value of smoothed(even, 10, { x: 2, y: 1.5 })) expect(value).toBeCloseTo(3, 10)
    const heap = new Float64Array(41 * 41)
    heap[20 * 41 + 20] = 100
    const soft = smoothed(heap, 41, { x: 2, y: 3 })
    expect(soft.reduce((sum, value) => sum + value, 0)).toBeCloseTo(100, 8)
    expect(soft[20 * 41 + 20]).toBeCloseTo(100 / (2 * Math.PI * 6), 1)
  })

  it('is as wide as the rows ask: not at all when it is off, by place for texts', () => {
    const cells = Float64Array.from({ length: 100 }, (_, i) => 1e4 * Math.exp(-((i - 50) ** 2) / 200))
    const wide = bandwidth(cells, { kind: 'number', perPlace: null }, 1)
    const n = cells.reduce((sum, rows) => sum + rows, 0)
    expect(wide).toBeCloseTo(10 * n ** (-1 / 6), 1)
    expect(bandwidth(cells, { kind: 'number', perPlace: null }, 0)).toBe(0)
    expect(bandwidth(cells, { kind: 'category', perPlace: 10 }, 1)).toBeCloseTo(2.2)
    expect(bandwidth(new Float64Array(9), { kind: 'number', perPlace: null }, 1)).toBe(0)
  })
})

describe('contours', () => {
  it('are none of nothing, and rise evenly', () => {
    expect(contoursOf(new Float64Array(9), 3, 5, (x, y) => [x, y])).toEqual([])
    const shares = sharesOf(15)
    expect(shares.length).toBe(15)
    expect(Math.max(...shares)).toBeLessThan(1)
    expect((shares[1] ?? 0) - (shares[0] ?? 0)).toBeCloseTo((shares[14] ?? 0) - (shares[13] ?? 0))
  })
})
