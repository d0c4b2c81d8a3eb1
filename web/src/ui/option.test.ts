import { expect, test } from 'vitest'
import { matching } from './option'

const options = [
  { value: 'a', label: 'Departure delay', hint: 'number' },
  { value: 'b', label: 'Arrival delay', hint: 'number' },
  { value: 'c', label: 'Carrier', hint: 'text' },
]

test('every word must be in the label or the hint, in any order and case', () => {
  expect(matching(options, 'DELAY arr').map((one) => one.value)).toEqual(['b'])
  expect(matching(options, 'number').map((one) => one.value)).toEqual(['a', 'b'])
  expect(matching(options, 'delay text')).toEqual([])
})

test('an empty query keeps all, in their order', () => {
  expect(matching(options, '  ')).toEqual(options)
})
