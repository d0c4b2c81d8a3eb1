/** Brings a saved layout to the columns of this project. */
import { withoutMissingColumns } from '../../widgets/schema_form'
import type { Kind } from '../facts'
import { readWidgets, type AnalysisDocument, type PlacedWidget } from '../state/document'
import { newId } from '../state/identifier'

/** What a layout keeps of a document: how it looks, not what is selected. */
export interface LayoutDocument {
  v: 1
  colour: string | null
  widgets: PlacedWidget[]
}

export const layoutOf = (document: AnalysisDocument): LayoutDocument => ({
  v: 1,
  colour: document.colour,
  widgets: document.widgets,
})

export interface Fitted {
  colour: string | null
  widgets: PlacedWidget[]
  /** Columns that the layout names and this project has not. */
  missing: string[]
  /** Kinds that are not installed here; they keep their place and settings. */
  unknown: string[]
}

/** The layout with new widget ids, and without the columns that are not here. */
export function fitLayout(
  document: Record<string, unknown>,
  columns: ReadonlySet<string>,
  kindOf: (kind: string) => Kind | undefined,
): Fitted {
  const missing = new Set<string>()
  const unknown = new Set<string>()
  const widgets = readWidgets(document.widgets).map((widget) => {
    const kind = kindOf(widget.kind)
    const id = newId('w')
    if (!kind) {
      unknown.add(widget.kind)
      return { ...widget, id }
    }
    const fitted = withoutMissingColumns(kind.settings_schema, widget.settings, columns)
    for (const name of fitted.missing) missing.add(name)
    return { ...widget, id, settings: fitted.settings }
  })
  let colour = typeof document.colour === 'string' ? document.colour : null
  if (colour !== null && !columns.has(colour)) {
    missing.add(colour)
    colour = null
  }
  return { colour, widgets, missing: [...missing], unknown: [...unknown] }
}
