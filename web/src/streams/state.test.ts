import { describe, expect, it } from 'vitest'
import type { Schemas } from '../api/client'
import { badge, runInWords, trouble, type Stream } from './state'

const stream = { state: 'up to date', sequence: 3, pause: null, reason: null, head: null } as Stream

describe('a stream in words', () => {
  it('says that it was not run before its first delivery', () => {
    expect(badge({ ...stream, sequence: 0 }).label).toBe('not run yet')
    expect(badge(stream)).toEqual({ label: 'up to date', tone: 'good' })
  })

  it('tells a pause of a person from one of a failure', () => {
    expect(badge({ ...stream, state: 'paused', pause: 'person' }).tone).toBe('neutral')
    expect(badge({ ...stream, state: 'paused', pause: 'delivery' }).tone).toBe('danger')
  })

  it('says which delivery it waits for, and that it is tried again', () => {
    const head = { state: 'retry' } as Schemas['Delivery']
    expect(trouble({ ...stream, state: 'waiting', head })).toBe(
      'Sequence 3 is on its way. The receiver has not confirmed it yet; it is tried again.',
    )
  })

  it('counts what a run sent', () => {
    const run = { outcome: 'sent', n_added: 1, n_removed: 2, stream } as Schemas['RunInfo']
    expect(runInWords(run)).toBe('Sequence 3 is on its way: 1 sample added, 2 samples removed.')
    expect(runInWords({ ...run, outcome: 'unchanged' })).toBe('Nothing has changed; nothing was sent.')
  })
})
