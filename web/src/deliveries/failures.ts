/** What died, in words. */
import type { Schemas } from '../api/client'
import { count } from '../ui'

type Failures = Schemas['MethodFailures'][]

const NAMED = 3

/** To which methods, and the last reason. */
export function failureText(failures: Failures): string {
  const [last, ...others] = failures
  if (!last) return ''
  const reason = last.error ?? 'No reason is known.'
  if (others.length === 0) return `To ${last.method_name}: ${reason}`
  const named = failures.slice(0, NAMED).map((one) => `${count(one.count)} to ${one.method_name}`)
  const rest = failures.slice(NAMED).reduce((sum, one) => sum + one.count, 0)
  const all = rest > 0 ? [...named, `${count(rest)} to others`] : named
  return `${all.join(', ')}. The last: ${reason}`
}
