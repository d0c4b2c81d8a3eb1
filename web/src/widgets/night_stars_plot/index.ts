/** Night stars plot: mean and spread of two columns, one star for each group. */
import { defineWidget } from '../widget'
import type { StarSettings } from './stars'
import { StarView } from './view'

export default defineWidget<StarSettings>({
  kind: 'night_stars_plot',
  mount: (element, context) => new StarView(element, context),
})
