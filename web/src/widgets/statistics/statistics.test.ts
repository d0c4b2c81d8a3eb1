import { expect, it } from 'vitest'
import { axis, inputOf, listening, measure, place, untilTheEnd } from '../../plot/probe.testing'
import { durationText } from './figures'
import definition from './index'
import type { StatisticsSettings } from './view'

const NUMBERS = {
  count: 4, missing: 1, nan: 2, inf: 3, distinct: 4, min: '-9007199254740993.0', max: '2.5', mean: 0.25,
  std: 1, variance: 1, q1: -1, median: 0, q3: 1,
}
const EMPTY = {
  count: 0, missing: 9, nan: 0, inf: 0, distinct: 0, min: null, max: null, mean: null, std: null,
  variance: null, q1: null, median: null, q3: null,
}

function tableOf(meta: Record<string, unknown>) {
  const { context } = listening<StatisticsSettings>()
  const view = untilTheEnd(definition.mount(place(), context))
  view.update(inputOf({ columns: ['c'], absolute: false }, { summary_0: measure(meta) }))
  const { columns, rows } = view.table()
  return { columns, figures: Object.fromEntries(rows.map(([, name, ...values]) => [name, values])) }
}

it('tells missing, NaN and infinite values apart', () => {
  const { figures } = tableOf({ axis: axis('c'), overall: NUMBERS, groups: [NUMBERS], all: NUMBERS })
  expect([figures.Values, figures.Missing, figures.NaN, figures['±∞']]).toEqual([
    ['4', '4'], ['1', '1'], ['2', '2'], ['3', '3'],
  ])
  expect(figures['1st quartile']).toEqual(['−1', '−1'])
})

it('shows a dash where nothing counts', () => {
  const { figures } = tableOf({ axis: axis('c'), overall: EMPTY, groups: [EMPTY], all: NUMBERS })
  expect(figures.Mean).toEqual(['–', '0.25'])
  expect(figures.Minimum?.[0]).toBe('–')
})

it('names the most frequent text instead of a mean', () => {
  const text = { count: 3, missing: 0, nan: 0, inf: 0, distinct: 2, top: '', frequency: 2 }
  const { figures } = tableOf({
    axis: { column: 'c', type: 'text', zoned: false, kind: 'category' }, overall: text, groups: [text], all: text,
  })
  expect(figures.Mean).toBeUndefined()
  expect(figures['Its rows']).toEqual(['2', '2'])
})

it('writes the spread of times as a duration', () => {
  expect(durationText(36e8 * 1.5)).toBe('1.5 h')
  expect(durationText(12)).toBe('12 µs')
})
