/** The classes of a column as the engine cuts it, which of them are chosen, and the filter for that. */
import type { Colour } from '../api/arrow'
import type { OneOfFilter, RangeFilter, WidgetFilter } from '../widgets/widget'
import { displayText, formatCount } from './format'

export interface ClassEntry {
  /** The canonical text of a value; filters keep it as it is. */
  text: string
  kind: 'value' | 'other' | 'missing' | 'nan'
  /** How people read it. */
  name: string
}

export interface ClassColumn {
  column: string
  type: string
  classes: ClassEntry[]
}

/** Classes, and the range that a run of numbers among them covers; null for others. */
export interface Groups {
  classes: ClassColumn
  ranges: (RangeFilter | null)[]
}

interface Described {
  column: string
  type: string
  classes: string[]
  kinds: ClassEntry['kind'][]
  distinct: number
}

/** A column as a measure describes it. */
export function readClasses(meta: unknown): ClassColumn {
  const { column, type, classes, kinds, distinct } = meta as Described
  const own = kinds.filter((kind, i) => kind === 'value' && !isInfinite(type, classes[i])).length
  return {
    column,
    type,
    classes: classes.map((text, i) => {
      const kind = kinds[i] ?? 'value'
      return { text, kind, name: nameOf(text, kind, type, distinct - own) }
    }),
  }
}

function isInfinite(type: string, text: string | undefined): boolean {
  return type === 'number' && (text === 'inf' || text === '-inf')
}

function nameOf(text: string, kind: ClassEntry['kind'], type: string, rest: number): string {
  if (kind === 'missing') return 'missing'
  if (kind === 'nan') return 'NaN'
  if (kind === 'other') return `other (${formatCount(rest)} values)`
  return text === '' ? '(empty)' : displayText(text, type)
}

/** The groups of the page's colour. */
export function colourGroups({ column, type, kind, labels, values }: Colour): Groups {
  const runs = kind === 'classes' ? values.filter((bounds) => bounds?.length === 2).length : 0
  const ranges = values.map((bounds, i): RangeFilter | null => (kind === 'classes' && bounds?.length === 2 ? {
    op: 'range', column,
    // Infinities are of the outermost class on their side, so it is open there.
    min: i === 0 ? null : bounds[0] ?? null,
    max: i === runs - 1 ? null : bounds[1] ?? null,
  } : null))
  const classes = values.map((own, i): ClassEntry => {
    const [label = '', text = ''] = [labels[i], own?.[0]]
    const aside = own === null ? (label === 'missing' ? 'missing' : 'other') : null
    // Of texts, "nan" is one like any other.
    return { text, kind: aside ?? (type === 'number' && text === 'nan' ? 'nan' : 'value'), name: label || '(empty)' }
  })
  return { classes: { column, type, classes }, ranges }
}

/** The filter that keeps the rows of one group of the page's colour; null when there is no such group. */
export function colourGroupFilter(colour: Colour, group: number): WidgetFilter | null {
  const { classes, ranges } = colourGroups(colour)
  return group in ranges ? ranges[group] ?? keeping(classes, new Set([group])) : null
}

/** The filter that keeps the rows of the chosen classes; null when nothing, or everything, is chosen. */
export function classFilter(column: ClassColumn, chosen: ReadonlySet<number>): WidgetFilter | null {
  return chosen.size === 0 || chosen.size === column.classes.length ? null : keeping(column, chosen)
}

function keeping({ column, classes }: ClassColumn, chosen: ReadonlySet<number>): WidgetFilter {
  const kept = classes.filter((_, i) => chosen.has(i))
  if (kept.some(({ kind }) => kind === 'other')) {
    return { op: 'not', child: oneOf(column, classes.filter((_, i) => !chosen.has(i))) }
  }
  if (kept.every(({ kind }) => kind === 'missing')) return { op: 'missing', column }
  return oneOf(column, kept)
}

function oneOf(column: string, classes: ClassEntry[]): OneOfFilter {
  const has = (wanted: ClassEntry['kind']): boolean => classes.some(({ kind }) => kind === wanted)
  return {
    op: 'one_of',
    column,
    values: classes.filter(({ kind }) => kind === 'value').map(({ text }) => text),
    ...(has('missing') ? { missing: true } : {}),
    ...(has('nan') ? { nan: true } : {}),
  }
}

/** The classes that filters keep; none when no filter chooses among them. */
export function chosenIn({ column, classes }: ClassColumn, filters: WidgetFilter[]): Set<number> {
  const chosen = new Set<number>()
  for (const filter of filters) {
    const leaf = filter.op === 'not' ? filter.child : filter
    if ((leaf.op !== 'one_of' && leaf.op !== 'missing') || leaf.column !== column) continue
    classes.forEach((entry, i) => {
      if (holds(leaf, entry) !== (filter.op === 'not')) chosen.add(i)
    })
  }
  return chosen
}

function holds(leaf: OneOfFilter | { op: 'missing' }, { text, kind }: ClassEntry): boolean {
  if (leaf.op === 'missing') return kind === 'missing'
  if (kind === 'missing') return leaf.missing === true
  if (kind === 'nan') return leaf.nan === true
  return kind === 'value' && leaf.values.includes(text)
}
