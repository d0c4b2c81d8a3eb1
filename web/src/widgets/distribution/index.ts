/** Distribution: how the values of one column spread, by colour. */
import { defineWidget } from '../widget'
import { DistributionView, type DistributionSettings } from './view'

export default defineWidget<DistributionSettings>({
  kind: 'distribution',
  mount: (element, context) => new DistributionView(element, context),
})
