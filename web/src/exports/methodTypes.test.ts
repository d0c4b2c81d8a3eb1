import { expect, test } from 'vitest'
import { joined, spread, type MethodField } from './methodTypes'

const fields: MethodField[] = [
  { name: 'header.*', title: 'Header' },
  { name: 'timeout', title: 'Timeout' },
  { name: 'header.special', title: 'Special' },
]

test('options come back as they were, known ones in fields and free ones as pairs', () => {
  const options = { 'header.X-Key': 'k', timeout: '10', 'header.special': 's' }
  const { known, free } = spread(options, fields)
  expect(known).toEqual({ timeout: '10', 'header.special': 's' })
  expect(free).toEqual({ 'header.': [{ key: 'X-Key', value: 'k' }] })
  expect(joined(known, free)).toEqual(options)
})

test('an option that no field knows is kept', () => {
  const options = { unheard: 'of' }
  const { known, free } = spread(options, fields)
  expect(joined(known, free)).toEqual(options)
})

test('empty fields and nameless pairs are left out', () => {
  expect(joined({ timeout: '' }, { 'header.': [{ key: ' ', value: 'x' }] })).toEqual({})
})
