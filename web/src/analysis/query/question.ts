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
    /** Large data may be answered from a sample of its rows, at once. */
    may_sample: boolean
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
  /** Kinds that the server knows, and those of them whose answers may take seconds. */
  kinds: Set<string>
  costly: Set<string>
  /** Grows with every change of the data or of a selection. */
  epoch: number
  /** A brush is being dragged: remaining counts and costly widgets wait until it rests. */
  moving: boolean
}

export interface Answered {
  keys: Map<string, string>
  countsKey: string
  stepsKey: string
  /** What was answered from a sample, so that the exact answer is awaited. */
  sampled: { keys: Map<string, string>; countsKey: string }
}

export const nothingAnswered = (): Answered => ({
  keys: new Map(), countsKey: '', stepsKey: '', sampled: { keys: new Map(), countsKey: '' },
})

interface Wanted {
  question: WidgetQuestion
  /** What its answer will be good for. */
  key: string
}

/** The questions of the widgets that are drawn: of the costly ones, or of the others. */
function wantedOf(standing: Standing, costly: boolean): Wanted[] {
  const { document, epoch } = standing
  const ground = JSON.stringify([epoch, scopeRule(document.scope), document.colour])
  return document.widgets.flatMap(({ id, kind, settings: kept }) => {
    const size = standing.sizes.get(id)
    if (!size || !standing.kinds.has(kind) || standing.costly.has(kind) !== costly) return []
    const question = { id, kind, settings: { ...kept, ...standing.transient.get(id) }, ...size }
    return [{ question, key: ground + JSON.stringify([question, withoutOrigin(document.filters, id)]) }]
  })
}

/** The question of those whose answers do not hold any more. */
function openOf(standing: Standing, answered: Answered, costly: boolean): Question {
  const { document, epoch } = standing
  const rule = ruleOf(document)
  const open = wantedOf(standing, costly).filter(({ question, key }) => answered.keys.get(question.id) !== key)
  return {
    body: { rule, colour: document.colour, widgets: open.map(({ question }) => question), steps: false, may_sample: false },
    keys: new Map(open.map(({ question, key }) => [question.id, key])),
    countsKey: JSON.stringify([epoch, rule]),
  }
}

/**
 * The newest question of counts and quick widgets; null when every answer at hand still holds, or
 * the exact one is all that is awaited.
 */
export function questionOf(standing: Standing, answered: Answered): Question | null {
  const { sampled } = answered
  const open = openOf(standing, answered, false)
  const { countsKey } = open
  const widgets = open.body.widgets.filter(({ id }) => sampled.keys.get(id) !== open.keys.get(id))
  const isEstimated = sampled.countsKey === countsKey
  const steps = !standing.moving && !isEstimated && answered.stepsKey !== countsKey
  const isCounted = isEstimated || answered.countsKey === countsKey
  if (widgets.length === 0 && !steps && isCounted) return null
  return {
    countsKey,
    keys: new Map(widgets.map(({ id }) => [id, open.keys.get(id) ?? ''])),
    body: { ...open.body, widgets, steps, may_sample: true },
  }
}

/** The exact figures of what was answered from a sample; null when there is nothing, or a brush moves. */
export function exactQuestionOf(standing: Standing, answered: Answered): Question | null {
  if (standing.moving) return null
  const { keys, countsKey } = answered.sampled
  const open = openOf(standing, answered, false)
  const widgets = open.body.widgets.filter(({ id }) => keys.get(id) === open.keys.get(id))
  const isEstimated = countsKey === open.countsKey
  if (widgets.length === 0 && !isEstimated) return null
  return {
    ...open,
    keys: new Map(widgets.map(({ id }) => [id, open.keys.get(id) ?? ''])),
    body: { ...open.body, widgets, steps: answered.stepsKey !== open.countsKey },
  }
}

/** Whether the page still wants all that a question asks for. */
export function isWanted(question: Question, standing: Standing | null): boolean {
  if (!standing || standing.moving) return false
  const now = openOf(standing, nothingAnswered(), false)
  return (
    now.countsKey === question.countsKey
    && [...question.keys].every(([id, key]) => now.keys.get(id) === key)
  )
}

/** The newest question of costly widgets; null when their answers hold, or a brush still moves. */
export function costlyQuestionOf(standing: Standing, answered: Answered): Question | null {
  if (standing.moving) return null
  const question = openOf(standing, answered, true)
  return question.keys.size === 0 ? null : question
}

/** What each costly widget would be asked now. */
export function costlyKeys(standing: Standing): Map<string, string> {
  return new Map(wantedOf(standing, true).map(({ question, key }) => [question.id, key]))
}
