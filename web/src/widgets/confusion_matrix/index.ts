/** Confusion matrix: which true classes are predicted as which. */
import { defineWidget } from '../widget'
import { ConfusionMatrixView, type ConfusionMatrixSettings } from './view'

export default defineWidget<ConfusionMatrixSettings>({
  kind: 'confusion_matrix',
  mount: (element, context) => new ConfusionMatrixView(element, context),
})
