/** How an export method does, in words. */
import type { Schemas } from '../api/client'
import { ago, count } from '../ui'

export type Health = Schemas['MethodHealth']

const FAILURES = 5

/** Why the method is left alone for now, or tried one by one; null when it is used as ever. */
export function breakerText(health: Health | undefined, now = Date.now()): string | null {
  if (!health || health.failures < FAILURES) return null
  const row = `${count(health.failures)} attempts in a row failed`
  return health.open_until && Date.parse(health.open_until) > now
    ? `${row}: it is left alone, and one attempt probes it ${ago(health.open_until, now)}.`
    : `${row}: one attempt at a time probes it.`
}

/** Whether it does what it is for. */
export function healthState(health: Health | undefined): 'unused' | 'good' | 'failing' {
  if (!health?.last_success_at && !health?.last_failure_at) return 'unused'
  return (health.last_failure_at ?? '') > (health.last_success_at ?? '') ? 'failing' : 'good'
}
