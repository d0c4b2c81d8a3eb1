/** Takes out of the document what the project no longer has: deleted selections, lost columns. */
import { watch } from 'vue'
import type { useToast } from '../ui'
import type { Facts } from './facts'
import { leaves, remove, type Leaf } from './state/predicate'
import type { AnalysisDocument } from './state/document'
import type { Store } from './state/store'

const columnsOf = (leaf: Leaf): string[] =>
  leaf.op === 'lasso' ? [leaf.x, leaf.y] : 'column' in leaf ? [leaf.column] : []

/** The document without colour and filters of columns that are not known, and their names. */
export function withoutUnknown(
  now: AnalysisDocument,
  known: ReadonlySet<string>,
): { document: AnalysisDocument; gone: string[] } {
  const lost = leaves(now.filters).filter((leaf) => columnsOf(leaf).some((name) => !known.has(name)))
  const filters = lost.reduce((root, leaf) => remove(root, leaf.id), now.filters)
  const colour = now.colour !== null && known.has(now.colour) ? now.colour : null
  const names = [now.colour ?? '', ...lost.flatMap(columnsOf)]
  const gone = [...new Set(names.filter((name) => name !== '' && !known.has(name)))]
  return { document: gone.length > 0 ? { ...now, filters, colour } : now, gone }
}

export function dropWhatIsGone(store: Store, facts: Facts, toast: ReturnType<typeof useToast>): void {
  // A selection that was deleted elsewhere cannot stay the scope.
  watch(facts.selections.data, (selections) => {
    if (!selections) return
    const known = new Set(selections.map((selection) => selection.id))
    const { scope } = store.document.value
    const kept = scope.selections.filter((id) => known.has(id))
    if (kept.length === scope.selections.length) return
    store.adjust((now) => ({ ...now, scope: { ...now.scope, selections: kept } }))
    toast.info('A selection that was open is gone; the page shows the rest.')
  })

  // Other models, or models as columns instead of rows, bring other columns.
  watch([facts.columns.data, facts.columns.isPlaceholderData], ([columns, old]) => {
    if (!columns || old) return
    const known = new Set(columns.map((column) => column.name))
    const { document, gone } = withoutUnknown(store.document.value, known)
    if (gone.length === 0) return
    store.adjust(() => document)
    toast.info('Colour or filters were taken away with their columns.', {
      detail: `Not in this analysis: ${gone.join(', ')}.`,
    })
  })
}
