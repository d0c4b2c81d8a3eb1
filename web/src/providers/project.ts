/** What a project of a data provider is in, in words, and what can be done with it. */
import type { Schemas } from '../api/client'
import { ago, counted } from '../ui'

export type Provider = Schemas['DataProvider']
export type RemoteProject = Schemas['ProviderProject']
export type Action = 'fetch' | 'resume' | 'discard' | 'cancel' | 'refresh'

export interface State {
  tone: 'neutral' | 'accent' | 'good' | 'warn' | 'danger'
  text: string
  /** The sentence behind it. */
  detail?: string
  /** What can be done now, the first one being the likely one. */
  actions: Action[]
}

export const ACTION: Record<Action, string> = {
  fetch: 'Fetch',
  resume: 'Go on',
  discard: 'Discard',
  cancel: 'Cancel',
  refresh: 'Refresh',
}

const ENDED = { failed: 'Failed', cancelled: 'Cancelled', interrupted: 'Interrupted' }

export function stateOf({ fetch, kept, is_listed }: RemoteProject): State {
  if (fetch?.state === 'waiting') {
    return { tone: 'accent', text: 'Waiting for its turn', actions: ['cancel'] }
  }
  if (fetch?.state === 'running') {
    return { tone: 'accent', text: fetch.step || 'Fetching', actions: ['cancel'] }
  }
  if (fetch) {
    const came = `${counted(fetch.samples, 'sample')} came before.`
    return {
      tone: fetch.state === 'failed' ? 'danger' : 'warn',
      text: ENDED[fetch.state],
      detail: fetch.error ?? came,
      actions: ['resume', 'discard'],
    }
  }
  if (!kept) return { tone: 'neutral', text: 'Not fetched', actions: is_listed ? ['fetch'] : [] }
  const age = `Fetched ${ago(kept.fetched_at)}`
  if (kept.n_missing > 0) {
    return { tone: 'warn', text: `${age}, ${kept.n_missing} missing`, actions: ['refresh'] }
  }
  if (!is_listed) return { tone: 'neutral', text: age, actions: ['refresh'] }
  if (kept.is_newest === false) {
    return {
      tone: 'warn',
      text: `${age}, changed since`,
      detail: 'The data provider tells a newer date.',
      actions: ['refresh'],
    }
  }
  return { tone: kept.is_newest ? 'good' : 'neutral', text: age, actions: ['refresh'] }
}

/** The projects that each word is found in; of a provider that is called so, all. */
export function matching(provider: Provider, words: string[]): RemoteProject[] {
  return provider.projects.filter((project) => {
    const text = `${project.name} ${project.id} ${provider.name}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** The first name that nobody has. */
export function freeName(taken: string[]): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? 'Data Provider' : `Data Provider ${number}`
    if (!taken.includes(name)) return name
  }
}
