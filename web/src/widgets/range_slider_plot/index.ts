/** Range slider plot: columns along an axis of which a range is chosen. */
import { exportableRange } from '../../plot/bounds'
import { defineWidget } from '../widget'
import type { RangeSliderSettings } from './series'
import { RangeSliderView } from './view'

export default defineWidget<RangeSliderSettings>({
  kind: 'range_slider_plot',
  mount: (element, context) => new RangeSliderView(element, context),
  exportable: exportableRange,
})
