import { describe, expect, it } from 'vitest'
import { freeName, matching, stateOf, type Provider, type RemoteProject } from './project'

const REMOTE: RemoteProject = { id: 'drives', name: 'Drives', is_listed: true }
const KEPT = {
  source: 'Lab',
  project: 'drives',
  n_samples: 50,
  n_models: 2,
  n_selections: 1,
  fetched_at: new Date().toISOString(),
  checked_at: new Date().toISOString(),
  updated: null,
  is_newest: null,
  n_listed: 50,
  n_missing: 0,
  notes: [],
}
const FETCH = { provider: 'Lab', project: 'drives', step: '', samples: 20, missing: 0 }

describe('the state of a project of a data provider', () => {
  it('begins with what can be fetched', () => {
    expect(stateOf(REMOTE)).toMatchObject({ text: 'Not fetched', actions: ['fetch'] })
    expect(stateOf({ ...REMOTE, is_listed: false }).actions).toEqual([])
  })

  it('tells what is fetched and offers to cancel that', () => {
    const fetch = { ...FETCH, state: 'running' as const, step: 'Reading the ids' }
    expect(stateOf({ ...REMOTE, kept: KEPT, fetch })).toMatchObject({
      text: 'Reading the ids',
      actions: ['cancel'],
    })
  })

  it('offers to go on with what ended early, and says why it did', () => {
    const failed = { ...FETCH, state: 'failed' as const, error: 'No answer.' }
    expect(stateOf({ ...REMOTE, fetch: failed })).toMatchObject({
      tone: 'danger',
      detail: 'No answer.',
      actions: ['resume', 'discard'],
    })
    const interrupted = { ...FETCH, state: 'interrupted' as const }
    expect(stateOf({ ...REMOTE, fetch: interrupted }).detail).toBe('20 samples came before.')
  })

  it('tells the age of what is kept, and whether it is whole and the newest', () => {
    expect(stateOf({ ...REMOTE, kept: KEPT })).toMatchObject({ tone: 'neutral', actions: ['refresh'] })
    expect(stateOf({ ...REMOTE, kept: { ...KEPT, is_newest: true } }).tone).toBe('good')
    expect(stateOf({ ...REMOTE, kept: { ...KEPT, is_newest: false } }).text).toContain('changed since')
    expect(stateOf({ ...REMOTE, kept: { ...KEPT, n_missing: 3 } }).text).toContain('3 missing')
  })
})

describe('finding projects', () => {
  const provider = { name: 'Lab', projects: [REMOTE, { ...REMOTE, id: 'x', name: 'Boats' }] } as Provider

  it('looks at the names of projects and of their provider', () => {
    expect(matching(provider, ['boat']).map((one) => one.id)).toEqual(['x'])
    expect(matching(provider, ['lab'])).toHaveLength(2)
    expect(matching(provider, ['lab', 'drive']).map((one) => one.id)).toEqual(['drives'])
  })
})

it('a new provider gets the first free name', () => {
  expect(freeName([])).toBe('Data Provider')
  expect(freeName(['Data Provider', 'Data Provider 2'])).toBe('Data Provider 3')
})
