import { expect, test } from 'vitest'
import { ProblemError } from './problem'
import { rereading, retry } from './queries'

test('what is under way is read again soon, what waits later, what has ended never', () => {
  expect(rereading(['delivered', 'running'])).toBe(2000)
  expect(rereading(['retry', 'dead'])).toBe(15_000)
  expect(rereading(['delivered', 'dead', 'cancelled', 'done', 'failed'])).toBe(false)
  expect(rereading([])).toBe(false)
})

test('a refusal is not asked again, a server that is away is', () => {
  expect(retry(0, new ProblemError({ status: 404, detail: 'No such project.' }))).toBe(false)
  expect(retry(0, new ProblemError({ status: 503, detail: 'Busy.' }))).toBe(true)
  expect(retry(9, new ProblemError({ status: 503, detail: 'Busy.' }))).toBe(false)
})
