/** Filters in words, with the names of this project's selections. */
import { useFacts } from '../facts'
import type { Predicate } from '../state/predicate'
import { describe, type Readable } from './readable'

export function useWords(): (node: Predicate) => Readable {
  const facts = useFacts()
  return (node) =>
    describe(node, (id) => facts.selectionName(id) ?? 'a selection that was deleted')
}
