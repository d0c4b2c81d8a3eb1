import { describe, expect, it } from 'vitest'
import type { Axis } from '../widgets/widget'
import { boundsOf, coordinateOf, intervalFilter, intervalOf, parseTime } from './bounds'
import { isoTime } from './format'

const axis = (part: Partial<Axis>): Axis => ({
  column: 'c', type: 'number', zoned: false, kind: 'number', domain: [0, 100], ...part,
})
const integers = (domain: [number, number]): Axis => axis({ type: 'integer', domain })
const names = axis({
  type: 'text', kind: 'category', domain: [-0.5, 3.5], categories: ['Zed', 'a', 'b', 'é'],
})
const booleans = axis({
  type: 'boolean', kind: 'category', domain: [-0.5, 1.5], categories: ['false', 'true'],
})
const times = axis({
  type: 'time', kind: 'time', zoned: true, domain: [parseTime('2013-01-01T00:00:00Z'), parseTime('2013-12-31T00:00:00Z')],
})

describe('numeric brushes', () => {
  it('are rounded to less than a pixel and written as the shortest text', () => {
    expect(intervalFilter(axis({}), [15.04999, 90.5000001], 0.3)).toEqual({
      op: 'range', column: 'c', min: '15', max: '90.5',
    })
  })

  it('never cut off the ends of the data by rounding', () => {
    const uneven = axis({ domain: [0.123456789, 99.987654321] })
    const filter = intervalFilter(uneven, uneven.domain, 1)
    expect(filter.op === 'range' && Number(filter.min) <= uneven.domain[0]).toBe(true)
    expect(filter.op === 'range' && Number(filter.max) >= uneven.domain[1]).toBe(true)
  })

  it('round integers inward', () => {
    expect(intervalFilter(integers([0, 100]), [2.1, 7.9], 0.5)).toMatchObject({ min: '3', max: '7' })
  })

  it('name one integer when none is covered', () => {
    expect(intervalFilter(integers([0, 9]), [2.2, 2.4], 0.01)).toMatchObject({ min: '2', max: '2' })
  })

  it('reach beyond the float64 neighbour of an int64 end, without leaving int64', () => {
    const wide = integers([-9007199254740993, 9223372036854775807])
    const filter = intervalFilter(wide, wide.domain, 1e15)
    expect(filter).toMatchObject({ max: '9223372036854775807' })
    expect(filter.op === 'range' && BigInt(filter.min ?? 0) <= -9007199254740993n).toBe(true)
  })

  it('come back to where they were', () => {
    for (let i = 0; i < 200; i += 1) {
      const low = (i * 7.31) % 50
      const high = low + ((i * 3.77) % 50)
      const back = intervalOf(axis({}), intervalFilter(axis({}), [low, high], 0.2))
      expect(Math.abs((back?.[0] ?? NaN) - low)).toBeLessThanOrEqual(0.2)
      expect(Math.abs((back?.[1] ?? NaN) - high)).toBeLessThanOrEqual(0.2)
    }
  })
})

describe('category brushes', () => {
  it('name the first and the last covered value in code point order', () => {
    expect(intervalFilter(names, [0.6, 3.2], 0.01)).toEqual({
      op: 'range', column: 'c', min: 'a', max: 'é',
    })
  })

  it('name the values of booleans, as text of their type (E2)', () => {
    expect(intervalFilter(booleans, [0.6, 1.4], 0.01)).toEqual({
      op: 'one_of', column: 'c', values: ['true'],
    })
  })

  it('keep text bounds as text (E15)', () => {
    const back = intervalOf(names, { op: 'range', column: 'c', min: 'a', max: 'b' })
    expect(back).toEqual([0.5, 2.5])
  })
})

describe('time brushes', () => {
  it('are rounded to a whole unit that is smaller than a pixel', () => {
    const filter = intervalFilter(times, [parseTime('2013-03-04T10:11:12Z'), parseTime('2013-05-04T20:00:01Z')], 36e8)
    expect(filter).toMatchObject({ min: '2013-03-04T10:00:00Z', max: '2013-05-04T20:00:00Z' })
  })

  it('carry no offset when the column has none', () => {
    const naive = { ...times, zoned: false }
    expect(intervalFilter(naive, [times.domain[0] + 36e8, times.domain[1]], 36e8)).toMatchObject({
      min: '2013-01-01T01:00:00',
    })
  })

  it('keep microseconds, also before the epoch', () => {
    for (const text of ['1969-12-31T23:59:59.999999Z', '2013-01-01T10:00:00.000001Z', '1850-06-01T00:00:00Z']) {
      expect(isoTime(parseTime(text), true)).toBe(text)
    }
  })
})

describe('filters of others', () => {
  it('have no place on this axis', () => {
    expect(intervalOf(axis({}), { op: 'range', column: 'other', min: '1', max: '2' })).toBeNull()
    expect(intervalOf(axis({}), { op: 'missing', column: 'c' })).toBeNull()
  })

  it('with an open end reach the end of the axis', () => {
    expect(intervalOf(axis({}), { op: 'range', column: 'c', min: '40' })).toEqual([40, 100])
    expect(boundsOf({ op: 'range', column: 'c', min: '40' })).toBeNull()
  })

  it('with an infinite bound are clipped', () => {
    expect(coordinateOf(axis({}), 'inf')).toBe(Infinity)
    expect(intervalOf(axis({}), { op: 'range', column: 'c', min: '-inf', max: '7' })).toEqual([0, 7])
  })
})
