/** Point plot: two columns against each other, as points, density or statistics. */
import { defineWidget } from '../widget'
import type { PointPlotSettings } from './settings'
import { exportableBox } from '../../plot/shapes'
import { PointPlotView } from './view'

export default defineWidget<PointPlotSettings>({
  kind: 'point_plot',
  mount: (element, context) => new PointPlotView(element, context),
  exportable: exportableBox,
})
