/** What is exported: the API's union, and what follows from it. */
import { readableValue } from '../analysis/filters/readable'
import type { Schemas } from '../api/client'

/** A rule as any page holds it; the server fills in what is absent. */
export interface ExportRule {
  selections: string[]
  combine: 'union' | 'intersection'
  models: string[]
  results: 'union' | 'intersection'
  models_as: 'rows' | 'columns'
  filters?: object | null
}

export interface AxisRange {
  column: string
  min: string
  max: string
}

export type ExportSubject =
  | { kind: 'saved'; selection_id: string }
  | { kind: 'selected'; rule: ExportRule }
  | { kind: 'range1d'; x: AxisRange; rule: ExportRule }
  | { kind: 'range2d'; x: AxisRange; y: AxisRange; rule: ExportRule }

export type Subject = Schemas['ExportRequest']['subject']

export function isRange(subject: ExportSubject): boolean {
  return subject.kind === 'range1d' || subject.kind === 'range2d'
}

/** A name for the samples inside a drawn range or box; '' for other subjects. */
export function rangeName(subject: ExportSubject): string {
  if (subject.kind !== 'range1d' && subject.kind !== 'range2d') return ''
  const axes = subject.kind === 'range2d' ? [subject.x, subject.y] : [subject.x]
  return axes.map(({ column, min, max }) => `${column} ${min} to ${max}`).join(', ')
}

/** What a drawn range or box covers, in words that lose no digit; undefined for other subjects. */
export function rangeInWords(subject: ExportSubject): string | undefined {
  if (subject.kind !== 'range1d' && subject.kind !== 'range2d') return undefined
  const bound = (value: string) => (value.includes('T') ? readableValue(value) : value.replace(/^-/, '−'))
  const axes = subject.kind === 'range2d' ? [subject.x, subject.y] : [subject.x]
  const ranges = axes.map(({ column, min, max }) => `${column} from ${bound(min)} to ${bound(max)}`)
  return `${ranges.join(', ')}; both ends are inside, and other filters play no part.`
}

/** The same in the API's own type: `filters` is a predicate by the contract of whoever made it. */
export function asSent(subject: ExportSubject): Subject {
  return subject as Subject
}

const NOTHING: ExportRule = {
  selections: [],
  combine: 'intersection',
  models: [],
  results: 'intersection',
  models_as: 'rows',
}

/** The samples that a drawn range or box covers, as a rule. */
export function coveredRule(subject: ExportSubject): ExportRule {
  if (subject.kind === 'saved') return { ...NOTHING, selections: [subject.selection_id] }
  if (subject.kind === 'selected') return subject.rule
  const axes = subject.kind === 'range2d' ? [subject.x, subject.y] : [subject.x]
  const drawn = axes.map((axis, index) => ({ op: 'range', id: `export-${index}`, ...axis }))
  return {
    ...subject.rule,
    filters: {
      op: 'and',
      id: 'export',
      children: [...(subject.rule.filters ? [subject.rule.filters] : []), ...drawn],
    },
  }
}
