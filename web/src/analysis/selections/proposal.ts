/** A name for what is selected now, made of its filters. */
import { useWords } from '../filters/words'
import type { Readable } from '../filters/readable'
import { useStore } from '../state/store'

/** Names longer than this are no help in a list. */
const LONGEST = 60

/** The filters in words; of too many only what they are about; '' without any. */
export function proposedName(filters: Readable[]): string {
  const whole = filters.map(({ subject, text }) => `${subject} ${text}`.trim()).join(', ')
  if (whole.length <= LONGEST) return whole
  const subjects = [...new Set(filters.map(({ subject }) => subject).filter(Boolean))].join(', ')
  return subjects.length <= LONGEST ? subjects : ''
}

/** The name to propose whenever it is called. */
export function useProposal(): () => string {
  const store = useStore()
  const words = useWords()
  return () => proposedName(store.document.value.filters.children.map(words))
}
