/** How the state of a delivery is said, and where it is on its way. */
import type { Schemas } from '../api/client'
import { ago } from '../ui'

export type Delivery = Schemas['Delivery']
export type DeliveryState = Schemas['DeliveryState']

/** Never "sent" before the receiver or the broker has confirmed. */
export const STATE_NAMES: Record<DeliveryState, string> = {
  pending: 'Accepted',
  running: 'Sending',
  retry: 'Waiting to try again',
  delivered: 'Delivered',
  dead: 'Failed',
  cancelled: 'Cancelled',
}

export type Tone = 'neutral' | 'accent' | 'good' | 'warn' | 'danger'

export const STATE_TONES: Record<DeliveryState, Tone> = {
  pending: 'neutral',
  running: 'accent',
  retry: 'warn',
  delivered: 'good',
  dead: 'danger',
  cancelled: 'neutral',
}

export function isFinal(state: DeliveryState): boolean {
  return state === 'delivered' || state === 'dead' || state === 'cancelled'
}

/** The share handed over, 0 to 1; null while the size is not known. */
export function sentShare(delivery: Delivery): number | null {
  if (delivery.state === 'delivered') return 1
  if (!delivery.bytes) return null
  return Math.min(1, delivery.sent_bytes / delivery.bytes)
}

/** One sentence on where it stands. */
export function standing(delivery: Delivery, now = Date.now()): string {
  const to = delivery.method_name
  switch (delivery.state) {
    case 'pending':
      return `Accepted and kept; it goes to ${to} next.`
    case 'running':
      return `Being sent to ${to}; not confirmed yet.`
    case 'retry':
      return `Not delivered yet. Next attempt ${ago(delivery.next_at, now)}.`
    case 'delivered':
      return delivery.method_type === 'kafka'
        ? `${to} acknowledged it.`
        : delivery.method_type === 'file'
          ? `Written to ${to}.`
          : `${to} confirmed it.`
    case 'dead':
      return 'It was not delivered, and nothing more is tried by itself.'
    case 'cancelled':
      return 'Cancelled. Nothing more is sent.'
  }
}

const KINDS: Record<Delivery['kind'], string> = {
  selection: 'Selection',
  range1d: 'Range',
  range2d: 'Box',
  test: 'Test document',
  data: 'Data',
  changes: 'Changes',
}

/** What it is called in lists. */
export function deliveryTitle(delivery: Delivery): string {
  return delivery.name || KINDS[delivery.kind]
}

export function kindName(kind: Delivery['kind']): string {
  return KINDS[kind]
}

export type Attempt = Schemas['Attempt']

/** What an attempt came to, in a few words. */
export function outcome(attempt: Attempt): string {
  if (attempt.outcome === 'delivered') return 'confirmed'
  if (attempt.outcome === 'cancelled') return 'cancelled'
  if (attempt.status) return `answered ${attempt.status}`
  if (attempt.error) return attempt.error
  return attempt.outcome === 'unknown' ? 'ended without an answer' : 'no confirmation'
}

/** What the receiver or the broker said when it confirmed. */
export function receipt(attempts: Attempt[]): string {
  const last = attempts.findLast((one) => one.outcome === 'delivered')
  if (!last) return ''
  if (last.partition !== null && last.partition !== undefined) {
    return `partition ${last.partition}, offset ${last.offset ?? '–'}`
  }
  return last.status ? `answered ${last.status}` : 'confirmed'
}

/** What the digest in the receiver's confirmation says of the set that it holds. */
export function proofOf({ set_digest, held_digest }: Delivery): 'exact' | 'other' | null {
  if (!set_digest || !held_digest) return null
  return set_digest === held_digest ? 'exact' : 'other'
}

const OUTCOMES: Record<string, string> = {
  delivered: 'confirmed',
  retryable: 'not delivered',
  permanent: 'refused',
  unknown: 'no answer',
  cancelled: 'cancelled',
}

/** An attempt's end in a word or two: the status of the answer when there was one. */
export function outcomeName(attempt: Attempt): string {
  return attempt.status ? String(attempt.status) : (OUTCOMES[attempt.outcome] ?? attempt.outcome)
}

const KEPT = 20_000

export function answerSize(answer: string): number {
  return new TextEncoder().encode(answer).length
}

/** Whether an answer has as many bytes as are kept, so that there may have been more. */
export function isCut(answer: string): boolean {
  // A character may have been cut in two at the end.
  return answerSize(answer) > KEPT - 4
}
