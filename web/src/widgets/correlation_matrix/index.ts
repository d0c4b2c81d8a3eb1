/** Correlation matrix: how closely columns go together, pair by pair. */
import { defineWidget } from '../widget'
import { CorrelationMatrixView, type CorrelationMatrixSettings } from './view'

export default defineWidget<CorrelationMatrixSettings>({
  kind: 'correlation_matrix',
  mount: (element, context) => new CorrelationMatrixView(element, context),
})
