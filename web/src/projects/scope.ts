/** The rule of an analysis that is only opened, not filtered. */
import type { Scope } from '../analysis/state/document'
import type { Schemas } from '../api/client'

export function ruleOfScope(scope: Scope): Schemas['Rule'] {
  return {
    selections: [...scope.selections],
    combine: scope.combine,
    models: [...scope.models],
    results: scope.results,
    models_as: scope.modelsAs,
    filters: null,
  }
}
