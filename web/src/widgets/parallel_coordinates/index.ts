/** Parallel coordinates: many columns side by side, each row a line through its values. */
import { defineWidget } from '../widget'
import { ParallelView, type ParallelSettings } from './view'

export default defineWidget<ParallelSettings>({
  kind: 'parallel_coordinates',
  mount: (element, context) => new ParallelView(element, context),
})
