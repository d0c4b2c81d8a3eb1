/** Takes out of the document what the project no longer has: deleted selections, lost columns. */
import { watch } from 'vue'
import { find } from '../selections/references'
import type { useToast } from '../ui'
import { goneColumns, translateColumns } from '../widgets/schema_form'
import type { Facts } from './facts'
import { describe } from './filters/readable'
import { leaves, remove, type Leaf } from './state/predicate'
import type { AnalysisDocument, PlacedWidget } from './state/document'
import type { Store } from './state/store'

const columnsOf = (leaf: Leaf): string[] =>
  leaf.op === 'lasso' ? [leaf.x, leaf.y] : 'column' in leaf ? [leaf.column] : []

/** What went with columns that are gone, or shows them no more. */
export interface Gone {
  columns: string[]
  /** The column that gave the colours. */
  colour: string | null
  filters: Leaf[]
  /** Widgets that stay, but cannot show a column of theirs. */
  widgets: PlacedWidget[]
}

/**
 * The document without colour and filters of columns that are not known, and what went.
 * Widgets show the same results by their names in this scope.
 */
export function withoutUnknown(
  now: AnalysisDocument,
  known: ReadonlySet<string>,
  kindOf: Facts['kindOf'],
): { document: AnalysisDocument; gone: Gone } {
  const schemaOf = (widget: PlacedWidget) => kindOf(widget.kind)?.settings_schema ?? {}
  const widgets = now.widgets.map((widget) => {
    const settings = translateColumns(schemaOf(widget), widget.settings, known)
    return settings === widget.settings ? widget : { ...widget, settings }
  })
  const translated = widgets.some((widget, at) => widget !== now.widgets[at])
  const lost = leaves(now.filters).filter((leaf) => columnsOf(leaf).some((name) => !known.has(name)))
  const filters = lost.reduce((root, leaf) => remove(root, leaf.id), now.filters)
  const colour = now.colour !== null && known.has(now.colour) ? now.colour : null
  const poorer = now.widgets.filter((widget) => goneColumns(schemaOf(widget), widget.settings, known).length > 0)
  const names = [
    now.colour ?? '',
    ...lost.flatMap(columnsOf),
    ...poorer.flatMap((widget) => goneColumns(schemaOf(widget), widget.settings, known)),
  ]
  const columns = [...new Set(names.filter((name) => name !== '' && !known.has(name)))]
  const same = lost.length === 0 && colour === now.colour && !translated
  return {
    document: same ? now : { ...now, filters, colour, widgets },
    gone: { columns, colour: colour === now.colour ? null : now.colour, filters: lost, widgets: poorer },
  }
}

/** "the colour, the filter speed 1–2; without it: Distribution": what a message says of it. */
export function inWords({ columns, colour, filters, widgets }: Gone, titleOf: (widget: PlacedWidget) => string): string {
  const taken = [
    ...(colour === null ? [] : [`the colours by ${colour}`]),
    ...filters.map((leaf) => {
      const { subject, text } = describe(leaf, () => '')
      return `the filter ${subject} ${text}`
    }),
  ]
  const titles = [...new Set(widgets.map(titleOf))]
  return [
    `Not in this analysis: ${columns.join(', ')}.`,
    ...(taken.length > 0 ? [`Taken away: ${taken.join(', ')}.`] : []),
    ...(titles.length > 0 ? [`Shown without: ${titles.join(', ')}.`] : []),
  ].join(' ')
}

export function dropWhatIsGone(store: Store, facts: Facts, toast: ReturnType<typeof useToast>): void {
  // A selection that was deleted elsewhere cannot stay the scope.
  watch(facts.selections.data, (selections) => {
    if (!selections) return
    const { scope } = store.document.value
    const kept = scope.selections.filter((reference) => find(selections, reference))
    if (kept.length === scope.selections.length) return
    store.adjust((now) => ({ ...now, scope: { ...now.scope, selections: kept } }))
    toast.info('A selection that was open is gone; the page shows the rest.')
  })

  let told = new Set<string>()
  // Other models, or models as columns instead of rows, bring other columns.
  watch([facts.columns.data, facts.columns.isPlaceholderData, facts.kinds.data], ([columns, old, kinds]) => {
    if (!columns || old || !kinds) return
    const known = new Set(columns.map((column) => column.name))
    const { document, gone } = withoutUnknown(store.document.value, known, facts.kindOf)
    if (document !== store.document.value) store.adjust(() => document)
    const news = gone.columns.filter((name) => !told.has(name))
    // What came back may go again.
    told = new Set(gone.columns)
    if (news.length === 0 && gone.filters.length === 0 && gone.colour === null) return
    toast.info('Columns that this page used are gone.', {
      detail: inWords(gone, (widget) => widget.name ?? facts.kindOf(widget.kind)?.title ?? widget.kind),
    })
  })
}
