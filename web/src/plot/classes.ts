/** The classes of a column as the engine cuts it, which of them are chosen, and the filter for that. */
import type { OneOfFilter, WidgetFilter } from '../widgets/widget'
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

/** The filter that keeps the rows of the chosen classes; null when nothing, or everything, is chosen. */
export function classFilter({ column, classes }: ClassColumn, chosen: ReadonlySet<number>): WidgetFilter | null {
  if (chosen.size === 0 || chosen.size === classes.length) return null
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
