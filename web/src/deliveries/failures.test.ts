import { expect, test } from 'vitest'
import { failureText } from './failures'

const failed = (method_name: string, n: number, error: string | null = 'answered 400.') => ({
  method_id: method_name, method_name, count: n, last_at: '2026-11-22T12:00:00.000Z', error, delivery_id: 'd',
})

test('what died names each method and the last reason', () => {
  expect(failureText([])).toBe('')
  expect(failureText([failed('Labels', 2)])).toBe('To Labels: answered 400.')
  expect(failureText([failed('A', 1), failed('B', 1200)])).toBe('1 to A, 1\u202f200 to B. The last: answered 400.')
  expect(failureText([failed('A', 1), failed('B', 2), failed('C', 3), failed('D', 4), failed('E', 5)])).toBe(
    '1 to A, 2 to B, 3 to C, 9 to others. The last: answered 400.',
  )
})
