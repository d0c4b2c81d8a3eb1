/** 2D density plot: where rows crowd over two columns. */
import { exportableBox } from '../../plot/shapes'
import { defineWidget } from '../widget'
import { DensityPlotView, type DensityPlotSettings } from './view'

export default defineWidget<DensityPlotSettings>({
  kind: 'density_plot',
  mount: (element, context) => new DensityPlotView(element, context),
  exportable: exportableBox,
})
