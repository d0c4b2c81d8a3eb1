/** 3D point plot: three columns against each other, seen from any side. */
import { defineWidget } from '../widget'
import type { CloudSettings } from './cloud'
import { CloudView } from './view'

export default defineWidget<CloudSettings>({
  kind: 'point_plot_3d',
  mount: (element, context) => new CloudView(element, context),
})
