/** Edits of the widgets of a document: pure. */
import type { AnalysisDocument, PlacedWidget, Settings } from './document'
import { newId } from './identifier'
import { setWidgetFilters } from './predicate'

export interface Place {
  id: string
  x: number
  y: number
  w: number
  h: number
}

/** The first free row. */
export const bottom = (widgets: PlacedWidget[]): number =>
  widgets.reduce((row, widget) => Math.max(row, widget.y + widget.h), 0)

/** The document with a new widget below all others; answers its id too. */
export function addWidget(
  document: AnalysisDocument,
  widget: { kind: string; settings: Settings; size: readonly [number, number]; name?: string },
): { document: AnalysisDocument; id: string } {
  const id = newId('w')
  const placed: PlacedWidget = {
    id,
    kind: widget.kind,
    ...(widget.name ? { name: widget.name } : {}),
    settings: widget.settings,
    x: 0,
    y: bottom(document.widgets),
    w: widget.size[0],
    h: widget.size[1],
  }
  return { document: { ...document, widgets: [...document.widgets, placed] }, id }
}

/** The first widget of a kind that has these settings, whatever its others; undefined when there is none. */
export function widgetLike(
  { widgets }: AnalysisDocument, kind: string, settings: Settings,
): PlacedWidget | undefined {
  const wanted = Object.entries(settings)
  return widgets.find((widget) => widget.kind === kind
    && wanted.every(([name, value]) => JSON.stringify(widget.settings[name]) === JSON.stringify(value)))
}

/** The document with these widgets above its own. */
export function putAbove(document: AnalysisDocument, above: PlacedWidget[]): AnalysisDocument {
  const rows = bottom(above)
  const moved = document.widgets.map((widget) => ({ ...widget, y: widget.y + rows }))
  return { ...document, widgets: [...above, ...moved] }
}

function change(
  document: AnalysisDocument,
  id: string,
  edit: (widget: PlacedWidget) => PlacedWidget,
): AnalysisDocument {
  const widgets = document.widgets.map((widget) => (widget.id === id ? edit(widget) : widget))
  return { ...document, widgets }
}

/** An empty name gives the kind's title back. */
export function renameWidget(
  document: AnalysisDocument,
  id: string,
  name: string,
): AnalysisDocument {
  return change(document, id, (widget) => {
    const renamed = { ...widget, name: name.trim() }
    if (renamed.name === '') delete (renamed as PlacedWidget).name
    return renamed
  })
}

export function changeSettings(
  document: AnalysisDocument,
  id: string,
  settings: Settings,
): AnalysisDocument {
  return change(document, id, (widget) => ({
    ...widget,
    settings: { ...widget.settings, ...settings },
  }))
}

export function placeWidgets(document: AnalysisDocument, places: Place[]): AnalysisDocument {
  const byId = new Map(places.map((place) => [place.id, place]))
  const widgets = document.widgets.map((widget) => ({ ...widget, ...byId.get(widget.id) }))
  return { ...document, widgets }
}

/** Without the widget; its filters go too, or stay as the person's own. */
export function removeWidget(
  document: AnalysisDocument,
  id: string,
  filters: 'remove' | 'keep',
): AnalysisDocument {
  return {
    ...document,
    widgets: document.widgets.filter((widget) => widget.id !== id),
    filters: filters === 'remove' ? setWidgetFilters(document.filters, id, []) : document.filters,
  }
}
