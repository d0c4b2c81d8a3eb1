/** Sample table: the rows that pass the filters. */
import { defineWidget } from '../widget'
import { SampleTableView, type SampleTableSettings } from './view'

export default defineWidget<SampleTableSettings>({
  kind: 'sample_table',
  mount: (element, context) => new SampleTableView(element, context),
})
