/** Links to an analysis, for other pages. */
import { encodeHashPlainly } from './codec'
import { emptyScope, type Scope } from './document'
import type { Predicate } from './predicate'

export interface AnalysisTarget extends Partial<Scope> {
  source: string
  project: string
  filter?: Predicate
}

/** The address of an analysis of these selections and models, with the default dashboard. */
export function analysisLink({ source, project, filter, ...scope }: AnalysisTarget): string {
  const path = `/p/${encodeURIComponent(source)}/${encodeURIComponent(project)}/analysis`
  const whole = { ...emptyScope(), ...scope }
  if (whole.selections.length === 0 && whole.models.length === 0 && !filter) return path
  return `${path}#${encodeHashPlainly({ v: 1, scope: whole, ...(filter ? { filters: filter } : {}) })}`
}
