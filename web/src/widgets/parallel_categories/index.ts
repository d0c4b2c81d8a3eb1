/** Parallel categories: which values of several columns occur together. */
import { defineWidget } from '../widget'
import type { CategoriesSettings } from './combinations'
import { CategoriesView } from './view'

export default defineWidget<CategoriesSettings>({
  kind: 'parallel_categories',
  mount: (element, context) => new CategoriesView(element, context),
})
