import { expect, test } from 'vitest'
import { isCut, outcome, proofOf, receipt, sentShare, standing, STATE_NAMES, type Attempt } from './state'
import { delivery } from './state.test-data'

const attempt = (more: Partial<Attempt> = {}): Attempt => ({
  number: 1, started_at: '2026-11-22T16:40:01Z', milliseconds: 3, outcome: 'delivered', ...more,
})

test('nothing that is not confirmed is called delivered or sent', () => {
  for (const state of ['pending', 'running', 'retry', 'dead', 'cancelled'] as const) {
    const said = `${STATE_NAMES[state]} ${standing(delivery({ state }))}`
    expect(said).not.toMatch(/confirmed it|acknowledged|Written|\bwas sent\b/)
  }
  expect(standing(delivery({ state: 'delivered' }))).toBe('Label team confirmed it.')
})

test('a delivery that waits says when it is tried again', () => {
  const now = Date.parse('2026-11-22T17:00:00Z')
  const waiting = delivery({ state: 'retry', next_at: '2026-11-22T17:05:00Z' })
  expect(standing(waiting, now)).toBe('Not delivered yet. Next attempt in 5 minutes.')
})

test('a confirmed Kafka message names partition and offset, zero included', () => {
  expect(receipt([attempt({ partition: 0, offset: 0 })])).toBe('partition 0, offset 0')
  expect(receipt([attempt({ outcome: 'retryable', status: 503 }), attempt({ status: 202 })])).toBe('answered 202')
  expect(receipt([attempt({ outcome: 'permanent', status: 400 })])).toBe('')
})

test('the digest of the receiver proves its set, shows another, or says nothing', () => {
  expect(proofOf(delivery({ set_digest: 'v1,a', held_digest: 'v1,a' }))).toBe('exact')
  expect(proofOf(delivery({ set_digest: 'v1,a', held_digest: 'v1,b' }))).toBe('other')
  expect(proofOf(delivery({ set_digest: 'v1,a', held_digest: null }))).toBeNull()
  expect(proofOf(delivery({ set_digest: null, held_digest: 'v1,a' }))).toBeNull()
})

test('the share handed over is unknown while the size is', () => {
  expect(sentShare(delivery())).toBe(0.5)
  expect(sentShare(delivery({ bytes: null }))).toBeNull()
  expect(sentShare(delivery({ bytes: null, state: 'delivered' }))).toBe(1)
})

test('an attempt tells the status, or the error when there was no answer', () => {
  expect(outcome(attempt({ outcome: 'retryable', status: 503, error: 'x' }))).toBe('answered 503')
  expect(outcome(attempt({ outcome: 'retryable', error: 'refused' }))).toBe('refused')
})

test('an answer of as many bytes as are kept is marked as cut', () => {
  expect(isCut('a'.repeat(20_000))).toBe(true)
  expect(isCut('é'.repeat(10_000))).toBe(true)
  expect(isCut('a'.repeat(19_000))).toBe(false)
})
