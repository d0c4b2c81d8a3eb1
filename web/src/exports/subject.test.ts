import { expect, test } from 'vitest'
import { coveredRule, rangeInWords, rangeName, type ExportRule } from './subject'

const rule: ExportRule = {
  selections: ['late'],
  combine: 'intersection',
  models: ['m'],
  results: 'union',
  models_as: 'columns',
  filters: { op: 'and', id: 'root', children: [] },
}
const x = { column: 'delay', min: '-4', max: '9007199254740993' }

test('the samples of a box are those of its analysis between both pairs of bounds, kept as text', () => {
  const y = { column: 'dist', min: '1.5', max: '2' }
  expect(coveredRule({ kind: 'range2d', x, y, rule })).toEqual({
    ...rule,
    filters: {
      op: 'and',
      id: 'export',
      children: [
        rule.filters,
        { op: 'range', id: 'export-0', ...x },
        { op: 'range', id: 'export-1', ...y },
      ],
    },
  })
})

test('a range in an analysis without filters is the only condition', () => {
  const covered = coveredRule({ kind: 'range1d', x, rule: { ...rule, filters: null } })
  expect(covered.filters).toMatchObject({ children: [{ op: 'range', column: 'delay' }] })
})

test('a saved selection covers its own samples and no model narrows it', () => {
  expect(coveredRule({ kind: 'saved', selection_id: 'late' })).toMatchObject({
    selections: ['late'],
    models: [],
  })
})

test('the samples of a box are named by its bounds, a selection by nobody but the person', () => {
  const y = { column: 'dist', min: '1.5', max: '2' }
  expect(rangeName({ kind: 'range2d', x, y, rule })).toBe(
    'delay -4 to 9007199254740993, dist 1.5 to 2',
  )
  expect(rangeName({ kind: 'saved', selection_id: 'late' })).toBe('')
})

test('a range is said with every digit, a minus sign, and times as the page writes them', () => {
  const y = { column: 'seen', min: '2013-03-11T00:00:00Z', max: '2013-09-13T10:30:00Z' }
  expect(rangeInWords({ kind: 'range2d', x, y, rule })).toBe(
    'delay from −4 to 9007199254740993, seen from 2013-03-11 UTC to 2013-09-13 10:30 UTC; ' +
      'both ends are inside, and other filters play no part.',
  )
  expect(rangeInWords({ kind: 'saved', selection_id: 'late' })).toBeUndefined()
})
