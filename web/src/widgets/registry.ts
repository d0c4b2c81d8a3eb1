/** The widgets of this build: a folder with an `index.ts` is enough, loaded when first shown. */
import type { WidgetDefinition } from './widget'

/** Settings are whatever the kind says they are; only the widget itself knows. */
export type AnyWidget = WidgetDefinition<Record<string, unknown>>

const loaders = import.meta.glob<AnyWidget>('./*/index.ts', { import: 'default' })

/** The drawing half of a kind; null when this build has none. */
export async function loadWidget(kind: string): Promise<AnyWidget | null> {
  const load = loaders[`./${kind}/index.ts`]
  return load ? load() : null
}
