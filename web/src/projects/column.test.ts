import { expect, test } from 'vitest'
import { bound, found, gaps, mean, ordered, type Column } from './column'

const column = (name: string, more: Partial<Column> = {}): Column => ({
  name, type: 'number', zoned: false, category: 'input', missing: 0, nan: 0, inf: 0, distinct: 1,
  histogram: [], ...more,
})

test('bounds of integers beyond 2^53 stay exact', () => {
  const id = column('id', { type: 'integer' })
  expect(bound(id, '-9007199254740993')).toBe('\u22129\u202f007\u202f199\u202f254\u202f740\u202f993')
})

test('times lose only what is zero', () => {
  const time = column('t', { type: 'time' })
  expect(bound(time, '2013-01-01T10:00:00Z')).toBe('2013-01-01 10:00')
  expect(bound(time, '2013-01-01T10:05:07.250000')).toBe('2013-01-01 10:05:07.250000')
  expect(mean({ ...time, mean: Date.UTC(2013, 6, 3) * 1000 })).toBe('2013-07-03')
})

test('missing, NaN and infinite values are told apart', () => {
  expect(gaps(column('x', { missing: 2, nan: 1, inf: 3 }), 10)).toBe('2 missing of 10, 1 NaN, 3 infinite')
  expect(gaps(column('x'), 10)).toBe('no value missing')
})

test('a search looks into type, category and model too', () => {
  const columns = [column('a'), column('b', { type: 'text' }), column('c', { model: 'ridge' })]
  expect(found(columns, 'text').map((one) => one.name)).toEqual(['b'])
  expect(found(columns, 'RIDGE c').map((one) => one.name)).toEqual(['c'])
})

test('sorting leaves the order of the source as it is', () => {
  const columns = [column('x10', { missing: 1 }), column('x9', { nan: 5 })]
  expect(ordered(columns, 'name').map((one) => one.name)).toEqual(['x9', 'x10'])
  expect(ordered(columns, 'missing').map((one) => one.name)).toEqual(['x9', 'x10'])
  expect(columns.map((one) => one.name)).toEqual(['x10', 'x9'])
})
