import { expect, test } from 'vitest'
import { fieldOf, filtersOf, momentOf, narrowingOf, NO_FILTERS, queryOf, type Filters } from './filters'

const EVERYTHING: Filters = {
  group: 'dead', kind: 'range2d', method: 'm', source: 'local', project: 'p/q', span: 'between',
  since: '2026-11-22T12:00:00.000Z', until: '2026-11-23T12:00:00.000Z', text: '100% "é" & more',
}

test('an address gives back the filters that made it', () => {
  for (const filters of [NO_FILTERS, EVERYTHING, { ...NO_FILTERS, span: '24h' as const, since: '' }]) {
    expect(filtersOf(queryOf(filters))).toEqual(filters)
  }
  expect(queryOf(NO_FILTERS)).toEqual({})
})

test('what an address says wrongly narrows nothing', () => {
  const query = { state: 'sent', kind: 'x', since: 'yesterday', project: 'alone', text: ['a', 'b'] }
  expect(filtersOf(query)).toEqual({ ...NO_FILTERS, text: 'a' })
})

test('a span that ends now begins so long before', () => {
  const now = Date.parse('2026-11-22T12:00:00Z')
  expect(narrowingOf({ ...NO_FILTERS, span: '7d' }, now)).toEqual({ since: '2026-11-15T12:00:00.000Z' })
  expect(narrowingOf(NO_FILTERS, now)).toEqual({})
  expect(narrowingOf(EVERYTHING, now)).toMatchObject({ source: 'local', project: 'p/q', kind: ['range2d'] })
})

test('a field of day and time keeps the minute', () => {
  const moment = '2026-11-22T12:34:00.000Z'
  expect(momentOf(fieldOf(moment))).toBe(moment)
  expect(momentOf('')).toBe('')
})
