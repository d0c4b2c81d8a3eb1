/** What the page asks the server: only the widgets whose answer would differ from the last. */
import type { AnalysisDocument, Rule, Settings } from '../state/document'
import { ruleOf, scopeRule } from '../state/document'
import { withoutOrigin } from '../state/predicate'

export interface Size {
  width: number
  height: number
}

export interface WidgetQuestion {
  id: string
  kind: string
  settings: Settings
  width: number
  height: number
}

export interface Question {
  body: {
    rule: Rule
    colour: string | null
    widgets: WidgetQuestion[]
    steps: boolean
  }
  /** What each widget's answer will be good for. */
  keys: Map<string, string>
  countsKey: string
}

export interface Standing {
  document: AnalysisDocument
  /** Settings that are asked with, but not kept (a table's offset). */
  transient: Map<string, Settings>
  /** Only widgets with a size are drawn. */
  sizes: Map<string, Size>
  /** Kinds that the server knows. */
  kinds: Set<string>
  /** Grows with every change of the data or of a selection. */
  epoch: number
  /** A brush is being dragged: remaining counts wait until it rests. */
  moving: boolean
}

export interface Answered {
  keys: Map<string, string>
  countsKey: string
  stepsKey: string
}

/** The newest question; null when every answer at hand still holds. */
export function questionOf(standing: Standing, answered: Answered): Question | null {
  const { document, epoch } = standing
  const rule = ruleOf(document)
  const countsKey = JSON.stringify([epoch, rule])
  const ground = JSON.stringify([epoch, scopeRule(document.scope), document.colour])
  const keys = new Map<string, string>()
  const widgets: WidgetQuestion[] = []
  for (const widget of document.widgets) {
    const size = standing.sizes.get(widget.id)
    if (!size || !standing.kinds.has(widget.kind)) continue
    const settings = { ...widget.settings, ...standing.transient.get(widget.id) }
    const question = { id: widget.id, kind: widget.kind, settings, ...size }
    const key = ground + JSON.stringify([question, withoutOrigin(document.filters, widget.id)])
    if (answered.keys.get(widget.id) === key) continue
    keys.set(widget.id, key)
    widgets.push(question)
  }
  const steps = !standing.moving && answered.stepsKey !== countsKey
  if (widgets.length === 0 && !steps && answered.countsKey === countsKey) return null
  return { body: { rule, colour: document.colour, widgets, steps }, keys, countsKey }
}
