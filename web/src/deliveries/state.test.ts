import { expect, test } from 'vitest'
import { asCurl, outcome, proofOf, receipt, sentShare, standing, STATE_NAMES, type Attempt, type Delivery } from './state'

const delivery = (more: Partial<Delivery> = {}): Delivery => ({
  id: 'msg_1', kind: 'selection', state: 'pending', method_id: 'm', method_name: 'Label team',
  method_type: 'post', source: 'local', project: 'p', name: 'Late', annotation: '',
  accepted_at: '2026-11-22T16:40:00.123Z', n_samples: 2, bytes: 100, sha256: null, attempts: 1,
  next_at: null, finished_at: null, sent_bytes: 50, error: null, ...more,
})
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

test('curl quotes what a shell would take apart', () => {
  const text = asCurl(delivery(), "POST http://host/it's")
  expect(text).toContain(String.raw`'http://host/it'\''s'`)
  expect(text).toContain("'webhook-id: msg_1'")
  expect(asCurl(delivery({ method_type: 'kafka' }), 'topic')).toBeNull()
})
