/**
 * The widget contract, web side: framework-free, so that a widget needs nothing of this
 * application but this file. A widget is a folder `web/src/widgets/<kind>/` whose `index.ts`
 * has `export default defineWidget({...})`; folders are found by glob, there is no list.
 *
 * A widget draws the measures that its server half (`widgets/kinds/<kind>.py`) plans. It never
 * fetches rows for its picture. A brush emits a predicate, never row ids; the host adds id and
 * origin, sends it, and every other widget follows. The widget's own filters come back through
 * `input.filters`, so that undo, links and layouts move its brushes too.
 */
import type { Colour, Measure, Problem } from '../api/arrow'

/** A range with inclusive bounds in the canonical text of the column's type. */
export interface RangeFilter {
  op: 'range'
  column: string
  min?: string | null
  max?: string | null
}
export interface OneOfFilter {
  op: 'one_of'
  column: string
  values: string[]
  missing?: boolean
  nan?: boolean
}
export interface MissingFilter {
  op: 'missing'
  column: string
}
/** Vertices in axis coordinates (see datasets/predicate.py). */
export interface LassoFilter {
  op: 'lasso'
  x: string
  y: string
  points: [number, number][]
}
/** The complement of a leaf. */
export interface NotFilter {
  op: 'not'
  child: RangeFilter | OneOfFilter | MissingFilter | LassoFilter
}
export type WidgetFilter = RangeFilter | OneOfFilter | MissingFilter | LassoFilter | NotFilter

export interface Axis {
  column: string
  type: 'number' | 'integer' | 'text' | 'boolean' | 'time'
  zoned: boolean
  kind: 'number' | 'time' | 'category'
  /** In axis coordinates: values, microseconds since the epoch, or [-0.5, n - 0.5]. */
  domain: [number, number]
  categories?: string[]
}

export interface ColumnInfo {
  name: string
  type: 'number' | 'integer' | 'text' | 'boolean' | 'time' | 'array' | 'dict'
  zoned: boolean
  category: string
  group: string | null
  /** The result of models that it is, without the name of a model. */
  result?: string | null
}

/** What a widget draws from; `data` is null until the first answer. */
export interface WidgetInput<Settings> {
  settings: Settings
  data: Record<string, Measure> | null
  /** The filters this widget made, in the order it gave them. */
  filters: WidgetFilter[]
  colour: Colour | null
  counts: { rows: number; samples: number; total_rows: number; total_samples: number } | null
  columns: ColumnInfo[]
  theme: 'light' | 'dark'
}

export interface SampleDetail {
  sample: number
  id: string
  values: Record<string, string | null>
  results: Record<string, Record<string, string | null>>
}

/** A sample that a widget shows in full, at its place among the rows of the widget. */
export interface ShownSample {
  sample: number
  id: string
  /** From 0; `rows` is how many there are. */
  row: number
  rows: number
  /** Another row was asked for: the widget shows its sample. */
  go(row: number): void
  /** The person closed it: the widget takes the focus back. */
  closed(): void
}

/** What the host gives to a widget. */
export interface WidgetContext<Settings> {
  /**
   * Replaces all filters of this widget; [] clears. `phase` "move" while dragging (sent at
   * once, coalesced, one undo step until "end").
   */
  setFilters(filters: WidgetFilter[], phase: 'move' | 'end'): void
  /** Changes settings; kept, undoable. */
  setSettings(change: Partial<Settings>): void
  /** Changes settings for the next question only (e.g. the table's offset); not undoable. */
  setTransient(change: Partial<Settings>): void
  /** Everything known of one sample. */
  detail(sample: number): Promise<SampleDetail>
  /** Shows a sample in a panel of the page, or takes away what this widget showed. */
  showSample(shown: ShownSample | null): void
  /** Takes the focus to a widget with these settings; where there is none, it is added below all others. */
  addWidget(kind: string, settings: Record<string, unknown>): void
  /** Shows an error in the widget's place. */
  report(problem: Problem): void
  /** Tells the host that `summary()` has changed. */
  changed(): void
}

/** Rows for "view as table". */
export interface TableData {
  columns: string[]
  rows: (string | number | null)[][]
}

/** One drawn widget. */
export interface WidgetView<Settings> {
  update(input: WidgetInput<Settings>): void
  /** The drawing area in CSS pixels. */
  resize(width: number, height: number): void
  destroy(): void
  /** What it shows and how many, in a few words: the header's subtitle, and for screen readers. */
  summary(): string
  /** The figures behind the picture. */
  table(): TableData
  /** The picture as it stands, with title and legend; absent when there is nothing to draw. */
  image?(format: 'png' | 'svg'): Promise<Blob>
  /** Ends a drag or clears the brush; the host calls it for Esc. */
  escape?(): void
}

export interface WidgetDefinition<Settings> {
  kind: string
  mount(
    element: HTMLElement,
    context: WidgetContext<Settings>,
  ): WidgetView<Settings>
  /** What the header's Export button sends; null: this kind has none. */
  exportable?(filters: WidgetFilter[]): ExportableRange | { reason: string }
}

export type ExportableRange =
  | { kind: 'range1d'; x: { column: string; min: string; max: string } }
  | {
      kind: 'range2d'
      x: { column: string; min: string; max: string }
      y: { column: string; min: string; max: string }
    }

/** Identity, for types. */
export function defineWidget<Settings>(
  definition: WidgetDefinition<Settings>,
): WidgetDefinition<Settings> {
  return definition
}
