/** Range slider plot: columns along an axis of which a range is chosen. */
import { boundsOf } from '../../plot/bounds'
import { defineWidget } from '../widget'
import type { RangeSliderSettings } from './series'
import { RangeSliderView } from './view'

export default defineWidget<RangeSliderSettings>({
  kind: 'range_slider_plot',
  mount: (element, context) => new RangeSliderView(element, context),
  exportable: (filters) => {
    const [filter] = filters
    if (!filter) return { reason: 'Choose a range first.' }
    const x = filters.length === 1 ? boundsOf(filter) : null
    return x ? { kind: 'range1d', x } : { reason: 'Exactly one range with two bounds can be exported.' }
  },
})
