import { expect, it } from 'vitest'
import type { Axis } from '../widgets/widget'
import { textWidth } from './elements'
import { panned, Scale, zoomed } from './scale'
import { horizontalTicks, verticalTicks } from './ticks'

const axis = (part: Partial<Axis>): Axis => ({
  column: 'c', type: 'number', zoned: false, kind: 'number', domain: [0, 1], ...part,
})

const kinds: Axis[] = [
  axis({ domain: [0, 1] }), axis({ domain: [-1e9, 1e9] }), axis({ domain: [5, 5] }),
  axis({ domain: [1e-12, 3e-12] }), axis({ domain: [NaN, NaN] }), axis({ type: 'integer', domain: [1, 3] }),
  axis({ type: 'integer', domain: [2 ** 53, 2 ** 53 + 4096] }),
  axis({ type: 'time', kind: 'time', domain: [0, 1e6] }), axis({ type: 'time', kind: 'time', domain: [-1e15, 1e16] }),
  axis({ type: 'text', kind: 'category', domain: [-0.5, 39.5], categories: Array.from({ length: 40 }, (_, i) => `a long name ${String(i)}`) }),
]

it('gives labels that never overlap, whatever the axis and the width', () => {
  for (const one of kinds) {
    for (const width of [30, 90, 240, 900, 3600]) {
      const scale = new Scale(one, [0, width])
      let end = -Infinity
      for (const { at, label } of horizontalTicks(scale)) {
        const half = textWidth(label) / 2
        expect(scale.place(at) - half).toBeGreaterThanOrEqual(end)
        end = scale.place(at) + half
      }
    }
  }
})

it('places ticks of integers on integers', () => {
  const ticks = horizontalTicks(new Scale(axis({ type: 'integer', domain: [1, 3] }), [0, 800]))
  expect(ticks.map(({ label }) => label)).toEqual(['1', '2', '3'])
})

it('names an empty text', () => {
  const scale = new Scale(axis({ type: 'text', kind: 'category', domain: [-0.5, 0.5], categories: [''] }), [200, 0])
  expect(verticalTicks(scale).map(({ label }) => label)).toEqual(['(empty)'])
})

it('keeps the whole of a label that was cut', () => {
  const long = 'x'.repeat(200)
  const scale = new Scale(axis({ type: 'text', kind: 'category', domain: [-0.5, 0.5], categories: [long] }), [200, 0])
  const [tick] = verticalTicks(scale)
  expect(tick?.full).toBe(long)
  expect(tick?.label.endsWith('…')).toBe(true)
})

it('zooms around a place, stops at the ends and comes back to all', () => {
  expect(zoomed([0, 100], [0, 100], 0.5, 50)).toEqual([25, 75])
  expect(zoomed([0, 100], [0, 100], 0.5, 0)).toEqual([0, 50])
  expect(zoomed([25, 75], [0, 100], 2, 50)).toBeNull()
  expect(panned([25, 75], [0, 100], 1000)).toEqual([50, 100])
})

it('gives no more than a dozen round values, however large the plot', () => {
  for (const one of kinds.filter(({ kind }) => kind !== 'category')) {
    for (const size of [90, 400, 900, 3600]) {
      const scale = new Scale(one, [0, size])
      expect(horizontalTicks(scale).length).toBeLessThanOrEqual(12)
      expect(verticalTicks(scale).length).toBeLessThanOrEqual(12)
    }
  }
})
