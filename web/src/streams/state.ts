/** What a stream does, in words. */
import type { Schemas } from '../api/client'
import { counted } from '../ui'

export type Stream = Schemas['StreamInfo']

const LABELS = {
  'up to date': ['up to date', 'good'],
  wanted: ['being judged', 'accent'],
  waiting: ['on its way', 'accent'],
  'put off': ['put off', 'warn'],
  paused: ['paused', 'danger'],
} as const

export function badge(stream: Stream): { label: string; tone: 'good' | 'accent' | 'warn' | 'danger' | 'neutral' } {
  if (stream.state === 'up to date' && stream.sequence === 0) return { label: 'not run yet', tone: 'neutral' }
  if (stream.pause === 'person') return { label: 'paused', tone: 'neutral' }
  const [label, tone] = LABELS[stream.state]
  return { label, tone }
}

export function triggerInWords(stream: Stream): string {
  if (stream.trigger === 'hand') return 'by hand'
  return stream.trigger === 'changes' ? 'on changes' : stream.trigger_in_words
}

/** What is on its way, or went wrong; nothing when all is well. */
export function trouble(stream: Stream): string {
  if (stream.state === 'waiting') {
    const again = stream.head?.state === 'retry' ? ' The receiver has not confirmed it yet; it is tried again.' : ''
    return `Sequence ${stream.sequence} is on its way.${again}`
  }
  return stream.reason ?? ''
}

/** What became of a run that a person asked for. */
export function runInWords(run: Schemas['RunInfo']): string {
  const { stream } = run
  if (run.outcome === 'unchanged') return 'Nothing has changed; nothing was sent.'
  if (run.outcome === 'waiting') return `What changed follows sequence ${stream.sequence}, which is on its way.`
  if (run.outcome === 'sent') {
    const what = [`${counted(run.n_added, 'sample')} added`, ...(run.n_removed > 0 ? [`${counted(run.n_removed, 'sample')} removed`] : [])]
    return `Sequence ${stream.sequence} is on its way: ${what.join(', ')}.`
  }
  return run.reason ?? ''
}
