import { expect, test } from 'vitest'
import { became, misfits, type Answer } from './answers'

const ANSWER: Answer = {
  delivery_id: 'msg_1',
  number: 1,
  via: 'callback',
  received_at: '2026-01-01T00:00:00.000Z',
  bytes: 10,
  sha256: 'x',
  state: 'applied',
  applied_at: null,
  model: 'Answers of labelling',
  columns: ['label', 'score'],
  n_rows: 3,
  n_applied: 1,
  n_unknown: 0,
  n_outside: 0,
  n_duplicate: 0,
  unknown: [],
  outside: [],
  duplicate: [],
  error: null,
  repeats: 0,
  repeated_at: null,
}

test('what was applied names the samples, the columns and the model', () => {
  expect(became(ANSWER)).toBe('1 sample got label, score, as results of “Answers of labelling”.')
  expect(became({ ...ANSWER, n_applied: 0 })).toBe('None of its 3 rows is of a sample of this delivery.')
  expect(became({ ...ANSWER, state: 'refused', error: 'It is not JSON.' })).toBe('Nothing was applied. It is not JSON.')
})

test('what did not fit is counted, with the first ids', () => {
  expect(misfits(ANSWER)).toEqual([])
  expect(misfits({ ...ANSWER, n_unknown: 7, unknown: ['a', 'b'], n_duplicate: 1, duplicate: ['c'] })).toEqual([
    '7 rows are of no sample of the project: a, b and 5 more.',
    '1 row is of an id that came before: c. The later values count.',
  ])
})
