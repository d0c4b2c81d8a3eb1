import { describe, expect, it } from 'vitest'
import { axis, inputOf, listening, measure, place, press, untilTheEnd } from '../../plot/probe.testing'
import type { WidgetFilter } from '../widget'
import definition from './index'
import { paintPoints } from './marks'
import { spanOf, type IntervalSettings } from './reading'
import { plainAxis, Scale } from '../../plot/scale'

const SETTINGS: IntervalSettings = { x: 't', y: 'v', lower: 'l', upper: 'u', smooth: true, bins: 3, limit: 2 }

const answer = (meta = {}) => measure(
  {
    x: axis('t', { domain: [0, 3] }), y: axis('v'), lower: axis('l'), upper: axis('u'), rows: 10, judged: 8, inside: 6,
    groups: [{ judged: 8, inside: 6 }], placed: 8, sampled: 2, ...meta,
  },
  {
    edges: [Float64Array.of(0, 1, 2, 3), [4]], centres: [Float64Array.of(0.5, 1.5, 2.5), [3]],
    count: [Uint32Array.of(4, 0, 4), [1, 3]], inside: [Uint32Array.of(4, 0, 2), [1, 3]],
    mean: [Float64Array.of(5, NaN, 0), [1, 3]], lower: [Float64Array.of(4, NaN, -1), [1, 3]],
    upper: [Float64Array.of(6, NaN, 1), [1, 3]],
    x: [Float64Array.of(0.5, 2.5), [2]], y: [Float64Array.of(5, 9), [2]],
    y_lower: [Float64Array.of(4, -1), [2]], y_upper: [Float64Array.of(6, 1), [2]],
    is_inside: [Uint8Array.of(1, 0), [2]], colour: [Uint8Array.of(0, 0), [2]], sample: [Uint32Array.of(3, 4), [2]],
  },
)

function mounted(settings: Partial<IntervalSettings> = {}, filters: WidgetFilter[] = [], meta = {}) {
  const { context, heard } = listening<IntervalSettings>()
  const element = place()
  const view = untilTheEnd(definition.mount(element, context))
  view.resize(600, 300)
  view.update(inputOf({ ...SETTINGS, ...settings }, { intervals: answer(meta) }, { filters }))
  return { element, view, heard }
}

describe('an interval plot', () => {
  it('states the exact coverage, what is lacking, and that the points are a sample', () => {
    expect(mounted().view.summary()).toBe(
      '75.0\u202f% inside: 6 of 8 rows · 2 without value or interval · points: a sample of 2',
    )
  })

  it('asks for bounds while both are the same column', () => {
    expect(mounted({}, [], { upper: axis('l') }).view.summary()).toBe('Choose a lower and an upper bound in the settings')
  })

  it('breaks band and line where no row was judged, also beside a mean of zero', () => {
    const bands = [...mounted().element.querySelectorAll('path[fill-opacity="0.18"]')]
    expect(bands.length).toBe(2)
  })

  it('names the columns of its figures until there are others', () => {
    const { view, element } = mounted()
    const before = [view.summary(), element.innerHTML]
    expect(element.textContent).toContain('mean v')
    view.update(inputOf({ ...SETTINGS, y: 'w', lower: 'u' }, { intervals: answer() }))
    expect([view.summary(), element.innerHTML]).toEqual(before)
  })

  it('draws no means when it is not smooth', () => {
    expect(mounted({ smooth: false }).element.querySelectorAll('path[fill-opacity="0.18"]').length).toBe(0)
  })

  it('gives count, share and means of every bin as a table', () => {
    const { rows } = mounted().view.table()
    expect(rows[0]?.slice(2)).toEqual([4, 4, '100\u202f%', '5', '4', '6'])
    expect(rows[1]?.slice(2)).toEqual([0, 0, '–', '–', '–', '–'])
  })

  it('chooses a range by keyboard, in the plot and in the overview alike', () => {
    const { element, heard } = mounted({}, [{ op: 'range', column: 't', min: '1', max: '2' }])
    const handles = [...element.querySelectorAll('[role=slider]')]
    expect(handles.map((one) => one.getAttribute('aria-valuenow'))).toEqual(['1', '2', '1', '2'])
    press(handles[1], 'End')
    expect(heard.filters[heard.filters.length - 1]?.filters).toEqual([{ op: 'range', column: 't', min: '1', max: '3' }])
  })

  it('exports its one range, or says why not', () => {
    expect(definition.exportable?.([{ op: 'range', column: 't', min: '1', max: '2' }]))
      .toEqual({ kind: 'range1d', x: { column: 't', min: '1', max: '2' } })
    expect(definition.exportable?.([])).toHaveProperty('reason')
  })

  it('counts the drawn points that lie beyond the picture', () => {
    const scale = (domain: [number, number]): Scale => new Scale(plainAxis('v', domain), [100, 0])
    const colours = { inside: () => '', outside: () => '', bar: '' }
    expect(paintPoints(null, answer(), colours, scale([0, 3]), scale([0, 6]), false)).toBe(1)
    expect(spanOf(answer(), 1, true)).toEqual([-1.6, 9.6])
  })
})
