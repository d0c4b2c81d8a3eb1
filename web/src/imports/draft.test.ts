import { expect, test } from 'vitest'
import { fault, finished, type ColumnDraft } from './draft'

const column = (name: string, more: Partial<ColumnDraft> = {}): ColumnDraft => ({
  name,
  type: 'number',
  category: 'other',
  zoned: false,
  model: null,
  result: null,
  skip: false,
  missing: 0,
  ...more,
})

test('a nameless project and an empty set of columns are refused with the remedy', () => {
  expect(fault(' ', '', [column('a')])).toBe('Give the project a name.')
  expect(fault('p', '', [column('a', { skip: true })])).toMatch(/keep at least one/)
  expect(fault('p', 'a', [column('a', { skip: true })])).toBeNull()
})

test('two columns cannot be the same result of one model', () => {
  const columns = [
    column('a', { model: 'm', result: 'error' }),
    column('error', { model: 'm' }),
  ]
  expect(fault('p', '', columns)).toBe('Model “m” has two results named “error”.')
  expect(fault('p', '', [columns[0] ?? column(''), column('error', { model: 'n' })])).toBeNull()
})

test('a result without a name takes that of its column, and the id column is never skipped', () => {
  const [id, result, plain] = finished(
    [column('id', { skip: true }), column('err', { model: ' m ', result: '' }), column('x')],
    'id',
  )
  expect(id?.skip).toBe(false)
  expect(result).toMatchObject({ model: 'm', result: 'err' })
  expect(plain).toMatchObject({ model: null, result: null })
})
