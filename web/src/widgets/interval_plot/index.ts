/** Interval plot: values against the intervals that should hold them. */
import { exportableRange } from '../../plot/bounds'
import { defineWidget } from '../widget'
import type { IntervalSettings } from './reading'
import { IntervalView } from './view'

export default defineWidget<IntervalSettings>({
  kind: 'interval_plot',
  mount: (element, context) => new IntervalView(element, context),
  exportable: exportableRange,
})
