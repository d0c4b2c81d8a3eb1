import { describe, expect, it } from 'vitest'
import type { LeafFilter, Predicate } from '../state/predicate'
import { isReversed, readBound } from './bound'
import { describe as words, readableValue } from './readable'
import { valuesOfHistogram } from './value_counts'

const leaf = (filter: LeafFilter): Predicate => ({ ...filter, id: 'f' })
const text = (node: Predicate): string => {
  const { subject, text: rest } = words(node, (id) => `«${id}»`)
  return `${subject} ${rest}`
}

describe('filters in words', () => {
  it.each<[LeafFilter, string]>([
    [{ op: 'range', column: 'c', min: '0.3', max: '0.58' }, 'c 0.3–0.58'],
    [{ op: 'range', column: 'c', min: null, max: '294' }, 'c ≤ 294'],
    [{ op: 'range', column: 'c', min: '9007199254740993' }, 'c ≥ 9\u202f007\u202f199\u202f254\u202f740\u202f993'],
    [{ op: 'range', column: 'c', min: '-3', max: '-3' }, 'c = −3'],
    [{ op: 'range', column: 'c', min: '-901', max: '-303' }, 'c −901 – −303'],
    [{ op: 'range', column: 'c', min: '2013-01-01T00:00:00', max: '2013-02-01T06:30:00' }, 'c 2013-01-01 – 2013-02-01 06:30'],
    [{ op: 'range', column: 'c', min: 'AA', max: 'DL' }, 'c AA – DL'],
    [{ op: 'one_of', column: 'c', values: ['JFK'], missing: true }, 'c JFK, missing'],
    [{ op: 'one_of', column: 'c', values: ['a', 'b', 'c', 'd'] }, 'c 4 values'],
    [{ op: 'one_of', column: 'c', values: [''] }, 'c “”'],
    [{ op: 'missing', column: 'c' }, 'c is missing'],
    [{ op: 'contains', column: 'c', text: 'fo' }, 'c contains “fo”'],
    [{ op: 'lasso', x: 'a', y: 'b', points: [] }, 'lasso a × b'],
    [{ op: 'selection', selection_id: 's' }, 'in «s»'],
  ])('%j reads "%s"', (filter, expected) => {
    expect(text(leaf(filter))).toBe(expected)
  })

  it('say what is inverted and how groups are joined', () => {
    const missing = leaf({ op: 'missing', column: 'a' })
    const range = leaf({ op: 'range', column: 'b', min: '1' })
    expect(text({ op: 'not', id: 'f', child: missing })).toBe('a is present')
    expect(text({ op: 'not', id: 'f', child: range })).toBe('b not ≥ 1')
    expect(text({ op: 'or', id: 'g', children: [missing, range] })).toBe(' a is missing or b ≥ 1')
  })

  it('shorten long fractions only', () => {
    expect(readableValue('0.123456789')).toBe('0.12345')
    expect(readableValue('123456.789')).toBe('123\u202f456')
    expect(readableValue('0.000012345678')).toBe('0.000012345')
  })
})

describe('typed bounds', () => {
  const column = (type: 'number' | 'integer' | 'text' | 'time', zoned = false) => ({ type, zoned })
  it.each([
    ['9007199254740993', 'integer', '9007199254740993'],
    ['9\u202f007 199', 'integer', '9007199'],
    ['+007', 'integer', '7'],
    ['0,25', 'number', '0.25'],
    ['-1e-9', 'number', '-1e-9'],
    ['-Infinity', 'number', '-inf'],
    ['2013-01-31', 'time', '2013-01-31T00:00:00'],
    ['2013-01-31 18:30', 'time', '2013-01-31T18:30:00'],
    ['2013-01-31T18:30:05.123456', 'time', '2013-01-31T18:30:05.123456'],
    [' x ', 'text', ' x '],
  ] as const)('%s of type %s is kept as %s', (typed, type, value) => {
    expect(readBound(typed, column(type))).toEqual({ value })
  })

  it('of a zoned time are in UTC', () => {
    expect(readBound('2013-01-31 18:30', column('time', true))).toEqual({ value: '2013-01-31T18:30:00Z' })
  })

  it.each([
    ['1.5', 'integer'],
    ['9223372036854775808', 'integer'],
    ['abc', 'number'],
    ['2013-02-30', 'time'],
    ['yesterday', 'time'],
  ] as const)('%s of type %s is refused with a reason', (typed, type) => {
    expect(readBound(typed, column(type))).toHaveProperty('fault')
  })

  it('are open when empty', () => {
    for (const type of ['number', 'integer', 'text', 'time'] as const) {
      expect(readBound('', column(type))).toEqual({ value: null })
    }
  })

  it('compare without losing digits', () => {
    expect(isReversed('9007199254740993', '9007199254740992', 'integer')).toBe(true)
    expect(isReversed('9', '10', 'number')).toBe(false)
    expect(isReversed('-inf', '0', 'number')).toBe(false)
    expect(isReversed('b', 'a', 'text')).toBe(true)
  })
})

describe('values to choose from', () => {
  const integer = { axis: { type: 'integer' } }

  it('are the whole numbers that occur, in their order, when each has a bar of its own', () => {
    const found = valuesOfHistogram(integer, [3, 0, 9, 1, 0, 0], 3, [-1.5, -0.5, 0.5, 1.5])
    expect(found).toEqual({
      values: [{ value: '-1', count: 4 }, { value: '1', count: 9 }],
      missing: 0,
      more: false,
    })
  })

  it('are not guessed when a bar holds several numbers', () => {
    expect(valuesOfHistogram(integer, [3, 4], 2, [0.5, 2.5, 4.5])).toEqual({ values: [], missing: 0, more: true })
  })

  it('are names, the most frequent first, without the rest', () => {
    const meta = { axis: { type: 'text', categories: ['a', 'b', 'other'] }, other: true }
    expect(valuesOfHistogram(meta, [1, 5, 2], 3).values.map(({ value }) => value)).toEqual(['b', 'a'])
  })
})
