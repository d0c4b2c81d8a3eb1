/** Statistics: the figures of columns, overall and by colour. */
import { defineWidget } from '../widget'
import { StatisticsView, type StatisticsSettings } from './view'

export default defineWidget<StatisticsSettings>({
  kind: 'statistics',
  mount: (element, context) => new StatisticsView(element, context),
})
