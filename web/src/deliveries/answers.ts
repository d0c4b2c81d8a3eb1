/** What came back for the samples of a delivery, in words. */
import type { Schemas } from '../api/client'
import { counted, count } from '../ui'
import type { Tone } from './state'

export type Answer = Schemas['Answer']

export const ANSWER_NAMES: Record<Answer['state'], string> = {
  kept: 'Waiting',
  applied: 'Applied',
  empty: 'No values',
  refused: 'Refused',
}

export const ANSWER_TONES: Record<Answer['state'], Tone> = {
  kept: 'accent',
  applied: 'good',
  empty: 'neutral',
  refused: 'danger',
}

export const VIA_NAMES: Record<Answer['via'], string> = {
  answer: 'with the confirmation',
  callback: 'by its callback address',
  topic: 'by the reply topic',
}

/** One sentence on what became of it. */
export function became(answer: Answer): string {
  switch (answer.state) {
    case 'kept':
      return 'It is kept, and will be applied in a moment.'
    case 'empty':
      return 'It holds no values of samples.'
    case 'refused':
      return `Nothing was applied. ${answer.error ?? ''}`
    case 'applied':
      return answer.n_applied === 0
        ? `None of its ${counted(answer.n_rows, 'row')} is of a sample of this delivery.`
        : `${counted(answer.n_applied, 'sample')} got ${answer.columns.join(', ')}, as results of “${answer.model}”.`
  }
}

/** What did not fit, with the first ids of each kind. */
export function misfits(answer: Answer): string[] {
  const kinds: [number, string[], string, string][] = [
    [answer.n_unknown, answer.unknown, 'of no sample of the project', ''],
    [answer.n_outside, answer.outside, 'of samples that this delivery does not have', ''],
    [answer.n_duplicate, answer.duplicate, 'of an id that came before', ' The later values count.'],
  ]
  return kinds
    .filter(([number]) => number > 0)
    .map(([number, ids, what, then]) => {
      const rest = number > ids.length ? ` and ${count(number - ids.length)} more` : ''
      const verb = number === 1 ? 'is' : 'are'
      return `${counted(number, 'row')} ${verb} ${what}: ${ids.join(', ')}${rest}.${then}`
    })
}
