import { expect, test } from 'vitest'
import { breakerText, healthState, type Health } from './health'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const health = (more: Partial<Health> = {}): Health => ({
  method_id: 'm', waiting: 0, running: 0, dead: 0, failures: 0, open_until: null,
  last_success_at: null, last_failure_at: null, last_failure: null,
  reply_trouble: null, ...more,
})

test('an open breaker says until when and why', () => {
  const open = health({ failures: 1200, open_until: '2026-11-22T12:05:00.000Z' })
  expect(breakerText(open, NOW)).toBe(
    '1\u202f200 attempts in a row failed: it is left alone, and one attempt probes it in 5 minutes.',
  )
  expect(breakerText(health({ failures: 5, open_until: '2026-11-22T11:00:00.000Z' }), NOW)).toBe(
    '5 attempts in a row failed: one attempt at a time probes it.',
  )
  expect(breakerText(health({ failures: 4 }), NOW)).toBeNull()
  expect(breakerText(undefined, NOW)).toBeNull()
})

test('the later of success and failure says how it does', () => {
  const early = '2026-11-22T11:00:00.000Z'
  const late = '2026-11-22T11:00:01.000Z'
  expect(healthState(undefined)).toBe('unused')
  expect(healthState(health({ last_success_at: late, last_failure_at: early }))).toBe('good')
  expect(healthState(health({ last_success_at: early, last_failure_at: late }))).toBe('failing')
  expect(healthState(health({ last_failure_at: late }))).toBe('failing')
})
