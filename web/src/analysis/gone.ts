/** Takes out of the document what the project no longer has: deleted selections, lost columns. */
import { watch } from 'vue'
import type { useToast } from '../ui'
import { translateColumns } from '../widgets/schema_form'
import type { Facts } from './facts'
import { leaves, remove, type Leaf } from './state/predicate'
import type { AnalysisDocument } from './state/document'
import type { Store } from './state/store'

const columnsOf = (leaf: Leaf): string[] =>
  leaf.op === 'lasso' ? [leaf.x, leaf.y] : 'column' in leaf ? [leaf.column] : []

/**
 * The document without colour and filters of columns that are not known, and their names.
 * Widgets show the same results by their names in this scope.
 */
export function withoutUnknown(
  now: AnalysisDocument,
  known: ReadonlySet<string>,
  kindOf: Facts['kindOf'],
): { document: AnalysisDocument; gone: string[] } {
  const widgets = now.widgets.map((widget) => {
    const settings = translateColumns(kindOf(widget.kind)?.settings_schema ?? {}, widget.settings, known)
    return settings === widget.settings ? widget : { ...widget, settings }
  })
  const translated = widgets.some((widget, at) => widget !== now.widgets[at])
  const lost = leaves(now.filters).filter((leaf) => columnsOf(leaf).some((name) => !known.has(name)))
  const filters = lost.reduce((root, leaf) => remove(root, leaf.id), now.filters)
  const colour = now.colour !== null && known.has(now.colour) ? now.colour : null
  const names = [now.colour ?? '', ...lost.flatMap(columnsOf)]
  const gone = [...new Set(names.filter((name) => name !== '' && !known.has(name)))]
  const same = gone.length === 0 && !translated
  return { document: same ? now : { ...now, filters, colour, widgets }, gone }
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
  watch([facts.columns.data, facts.columns.isPlaceholderData, facts.kinds.data], ([columns, old, kinds]) => {
    if (!columns || old || !kinds) return
    const known = new Set(columns.map((column) => column.name))
    const { document, gone } = withoutUnknown(store.document.value, known, facts.kindOf)
    if (document !== store.document.value) store.adjust(() => document)
    if (gone.length === 0) return
    toast.info('Colour or filters were taken away with their columns.', {
      detail: `Not in this analysis: ${gone.join(', ')}.`,
    })
  })
}
