/** Deliveries for tests. */
import type { Delivery } from './state'

export const delivery = (more: Partial<Delivery> = {}): Delivery => ({
  id: 'msg_1', kind: 'selection', state: 'pending', method_id: 'm', method_name: 'Label team',
  method_type: 'post', source: 'local', project: 'p', name: 'Late', annotation: '',
  accepted_at: '2026-11-22T16:40:00.123Z', n_samples: 2, bytes: 100, sha256: null, attempts: 1,
  next_at: null, finished_at: null, sent_bytes: 50, error: null, ...more,
})
