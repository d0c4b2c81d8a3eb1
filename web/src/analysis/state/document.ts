/** The one state document of an analysis page: links, undo and layouts all hold it. */
import { newId } from './identifier'
import { emptyRoot, isGroup, type Predicate, type Root } from './predicate'

export interface Scope {
  /** Ids of saved selections; none: all samples. */
  selections: string[]
  combine: 'union' | 'intersection'
  /** Model ids. */
  models: string[]
  results: 'union' | 'intersection'
  modelsAs: 'rows' | 'columns'
}

export type Settings = Record<string, unknown>

/** A widget and its place: columns of 12, rows of 40 px. */
export interface PlacedWidget {
  id: string
  kind: string
  name?: string
  settings: Settings
  x: number
  y: number
  w: number
  h: number
}

export interface AnalysisDocument {
  v: 1
  scope: Scope
  filters: Root
  colour: string | null
  widgets: PlacedWidget[]
}

/** The rule as the API takes it (see `selections/rule.py`). */
export interface Rule {
  selections: string[]
  combine: 'union' | 'intersection'
  models: string[]
  results: 'union' | 'intersection'
  models_as: 'rows' | 'columns'
  filters: Root | null
}

export const emptyScope = (): Scope => ({
  selections: [],
  combine: 'intersection',
  models: [],
  results: 'intersection',
  modelsAs: 'rows',
})

export const emptyDocument = (scope: Scope = emptyScope()): AnalysisDocument => ({
  v: 1,
  scope,
  filters: emptyRoot(),
  colour: null,
  widgets: [],
})

/** What the server is asked to count, save or export. */
export function ruleOf(document: AnalysisDocument): Rule {
  return {
    ...scopeRule(document.scope),
    filters: document.filters.children.length > 0 ? document.filters : null,
  }
}

/** The rule of the scope alone, without filters. */
export function scopeRule(scope: Scope): Rule {
  return {
    selections: scope.selections,
    combine: scope.combine,
    models: scope.models,
    results: scope.results,
    models_as: scope.modelsAs,
    filters: null,
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []

const whole = (value: unknown, low: number, high: number, fallback: number): number =>
  typeof value === 'number' && Number.isFinite(value)
    ? Math.min(high, Math.max(low, Math.round(value)))
    : fallback

const FIELDS: Record<string, string[]> = {
  range: ['column'],
  one_of: ['column'],
  missing: ['column'],
  contains: ['column', 'text'],
  lasso: ['x', 'y'],
  selection: ['selection_id'],
}

/** A filter node read from a link; null for anything that is not one. */
function readPredicate(value: unknown): Predicate | null {
  if (!isObject(value)) return null
  const id = typeof value.id === 'string' && value.id !== '' ? value.id : newId('f')
  if (value.op === 'and' || value.op === 'or') {
    const children = Array.isArray(value.children) ? value.children : []
    return { op: value.op, id, children: children.flatMap((child) => readPredicate(child) ?? []) }
  }
  if (value.op === 'not') {
    const child = readPredicate(value.child)
    return child && { op: 'not', id: child.id, child }
  }
  const fields = typeof value.op === 'string' ? FIELDS[value.op] : undefined
  if (!fields?.every((field) => typeof value[field] === 'string')) return null
  return { ...value, id } as Predicate
}

function readWidget(value: unknown): PlacedWidget | null {
  if (!isObject(value) || typeof value.kind !== 'string') return null
  const w = whole(value.w, 1, 12, 6)
  return {
    id: typeof value.id === 'string' && value.id !== '' ? value.id : newId('w'),
    kind: value.kind,
    ...(typeof value.name === 'string' && value.name !== '' ? { name: value.name } : {}),
    settings: isObject(value.settings) ? value.settings : {},
    x: whole(value.x, 0, 12 - w, 0),
    y: whole(value.y, 0, 10_000, 0),
    w,
    h: whole(value.h, 2, 100, 8),
  }
}

function readScope(value: unknown): Scope {
  const scope = isObject(value) ? value : {}
  return {
    selections: texts(scope.selections),
    combine: scope.combine === 'union' ? 'union' : 'intersection',
    models: texts(scope.models),
    results: scope.results === 'union' ? 'union' : 'intersection',
    modelsAs: scope.modelsAs === 'columns' ? 'columns' : 'rows',
  }
}

/** Widgets of a saved layout or a link; ids that occur twice get new ones. */
export function readWidgets(value: unknown): PlacedWidget[] {
  const seen = new Set<string>()
  return (Array.isArray(value) ? value : []).flatMap((item) => {
    const widget = readWidget(item)
    if (!widget) return []
    if (seen.has(widget.id)) widget.id = newId('w')
    seen.add(widget.id)
    return [widget]
  })
}

/** A document as opened; `bare` says that it names no widgets, so the default ones belong in. */
export interface Opened {
  document: AnalysisDocument
  bare: boolean
}

/** Reads what a link holds; null when it is no document of a version this page knows. */
export function readDocument(value: unknown): Opened | null {
  if (!isObject(value) || value.v !== 1) return null
  const filters = readPredicate(value.filters)
  const children = filters ? (isGroup(filters) && filters.op === 'and' ? filters.children : [filters]) : []
  return {
    document: {
      v: 1,
      scope: readScope(value.scope),
      filters: { ...emptyRoot(), children },
      colour: typeof value.colour === 'string' ? value.colour : null,
      widgets: readWidgets(value.widgets),
    },
    bare: !Array.isArray(value.widgets),
  }
}
