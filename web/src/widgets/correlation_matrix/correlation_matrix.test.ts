import { describe, expect, it } from 'vitest'
import { inputOf, listening, measure, place, press, untilTheEnd } from '../../plot/probe.testing'
import definition from './index'
import { briefCorrelation, pText, type CorrelationMatrixSettings } from './view'

const SETTINGS: CorrelationMatrixSettings = { columns: ['a', 'b', 'c'], method: 'spearman' }

function correlation(columns: string[]) {
  const size = columns.length
  const of = (name: (i: number, j: number) => number): Float64Array =>
    Float64Array.from({ length: size * size }, (_, i) => name(Math.floor(i / size), i % size))
  // The last column is constant.
  const constant = (i: number, j: number): boolean => Math.max(i, j) === size - 1
  return measure({ columns, method: 'spearman' }, {
    r: [of((i, j) => (constant(i, j) ? NaN : i === j ? 1 : -0.25)), [size, size]],
    p: [of((i, j) => (constant(i, j) ? NaN : i === j ? 0 : 0.0123)), [size, size]],
    n: [Uint32Array.from(of((i, j) => 10 + Math.min(i, j))), [size, size]],
  })
}

function mounted(columns = SETTINGS.columns) {
  const { context, heard } = listening<CorrelationMatrixSettings>()
  const element = place()
  const view = untilTheEnd(definition.mount(element, context))
  view.resize(500, 400)
  view.update(inputOf(SETTINGS, { correlation: correlation(columns) }))
  return { element, view, heard, cell: () => element.querySelector('[role=gridcell]') }
}

describe('a correlation matrix', () => {
  it('tells r, p and the rows of a pair, and draws it as a point plot when asked', () => {
    const { heard, cell } = mounted()
    press(cell(), 'ArrowRight')
    expect(cell()?.getAttribute('aria-label')).toBe('a and b: r −0.25, p 0.0123, rows 10; Enter draws them')
    press(cell(), 'Enter')
    expect(heard.added).toEqual([{ kind: 'point_plot', settings: { x: 'b', y: 'a' } }])
  })

  it('says where it counts samples, of which several rows tell the same', () => {
    const { view, cell } = mounted()
    const told = correlation(SETTINGS.columns)
    told.meta.of_samples = [true, true, false]
    view.update(inputOf(SETTINGS, { correlation: told }))
    press(cell(), 'ArrowRight')
    expect(cell()?.getAttribute('aria-label')).toContain('samples 10')
    expect(view.summary()).toContain('rows or samples')
    expect(view.table().rows.map((row) => row.at(-1))).toEqual(['samples', 'rows', 'rows'])
  })

  it('draws the distribution of a column from its cell with itself', () => {
    const { heard, cell } = mounted()
    press(cell(), ' ')
    expect(heard.added).toEqual([{ kind: 'distribution', settings: { column: 'a' } }])
  })

  it('says that a constant column has no correlation, not 0', () => {
    const { view, cell } = mounted()
    press(cell(), 'End')
    expect(cell()?.getAttribute('aria-label')).toMatch(/^a and c: r undefined: a column is constant here, p undefined/)
    expect(view.table().rows).toEqual([
      ['a', 'b', -0.25, '0.0123', 10, 'rows'], ['a', 'c', 'undefined', 'undefined', 10, 'rows'], ['b', 'c', 'undefined', 'undefined', 11, 'rows'],
    ])
    expect(view.summary()).toBe('Spearman · 3 columns · 10 to 12 rows')
  })

  it('names the method of its figures until there are others', () => {
    const { view, element } = mounted()
    const before = [view.summary(), element.innerHTML]
    view.update(inputOf({ columns: ['x', 'y'], method: 'pearson' }, { correlation: correlation(SETTINGS.columns) }))
    expect([view.summary(), element.innerHTML]).toEqual(before)
  })

  it('asks for a second column', () => {
    const { element, cell } = mounted(['a'])
    expect(element.textContent).toContain('Choose a second column')
    expect(cell()?.closest<SVGElement>('[role=grid]')?.style.display).toBe('none')
  })
})

describe('figures', () => {
  it('are 1 only when they are, and nothing is minus nothing', () => {
    expect([1, 0.9999, -1, -0.001, 0.357, NaN].map(briefCorrelation)).toEqual(['1', '1.00', '−1', '0.00', '0.36', '–'])
    expect([0, 0.5, 1e-20, NaN].map(pText)).toEqual(['< 1e−300', '0.5', '1e−20', 'undefined'])
  })
})
