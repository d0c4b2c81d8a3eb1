import { describe, expect, it } from 'vitest'
import { axis, inputOf, listening, measure, place, press, untilTheEnd } from '../../plot/probe.testing'
import type { WidgetFilter } from '../widget'
import { moved } from './axisTitle'
import definition from './index'
import { passes } from './lines'
import type { ParallelSettings } from './view'

const NAMES = axis('name', { type: 'text', kind: 'category', domain: [-0.5, 1.5], categories: ['a', 'b'] })
const LINES = measure(
  { axes: [axis('x'), NAMES], sampled: 2, selected: 1234, rows: 9999 },
  {
    positions: [Float32Array.of(0, 0.25, NaN, 0.75), [2, 2]], colour: [Uint8Array.of(0, 0), [2]],
    sample: [Uint32Array.of(3, 9), [2]], ground: [Float32Array.of(1, 0.25), [1, 2]],
  },
)

function mounted(filters: WidgetFilter[] = []) {
  const { context, heard } = listening<ParallelSettings>()
  const element = place()
  const view = untilTheEnd(definition.mount(element, context))
  view.resize(600, 300)
  view.update(inputOf({ columns: ['x', 'name'], limit: 2000 }, { lines: LINES }, { filters }))
  return { element, view, heard }
}

describe('parallel coordinates', () => {
  it('say how many rows are drawn of how many', () => {
    expect(mounted().view.summary().replaceAll('\u202f', ' ')).toBe('2 columns · 2 of 1 234 rows drawn')
  })

  it('keep the ranges of other axes when one is brushed by keyboard', () => {
    const { element, heard } = mounted([{ op: 'range', column: 'x', min: '2', max: '8' }])
    press(element.querySelectorAll('[role=slider]')[2], 'ArrowUp')
    expect(heard.filters[0]?.filters).toEqual([
      { op: 'range', column: 'x', min: '2', max: '8' },
      { op: 'range', column: 'name', min: 'b', max: 'b' },
    ])
  })

  it('reorder their axes by keyboard, in the settings', () => {
    const { element, heard } = mounted()
    press(element.querySelector('text[role=button]'), 'ArrowRight')
    expect(heard.settings).toEqual([{ columns: ['name', 'x'] }])
  })

  it('clear every axis at once', () => {
    const { view, heard } = mounted([{ op: 'range', column: 'x', min: '2', max: '8' }])
    view.escape?.()
    expect(heard.filters).toEqual([{ filters: [], phase: 'end' }])
  })
})

it('a row without a place lies in no range', () => {
  const positions = Float32Array.of(NaN, 0.5)
  expect(passes(positions, 0, [[0, 1], null])).toBe(false)
  expect(passes(positions, 0, [null, [0.5, 0.5]])).toBe(true)
})

it('a bound that names a value holds it, though positions are float32', () => {
  for (let i = 0; i <= 1000; i += 1) {
    const share = i / 1000
    expect(passes(Float32Array.of(share), 0, [[share, share]])).toBe(true)
  }
})

it('an axis is moved to its place and no further than the ends', () => {
  expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a'])
  expect(moved(['a', 'b', 'c'], 2, -5)).toEqual(['c', 'a', 'b'])
})
