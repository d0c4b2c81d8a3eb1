/** The values of a column and how often they occur, from the server's own distribution. */
import { CLIENT_ID } from '../../api/session'
import { askAnalysis } from '../query/ask'
import type { Rule } from '../state/document'

/** A list a person can still look through; rarer values can be typed. */
const MOST = 500

export interface ValueCounts {
  values: { value: string; count: number }[]
  missing: number
  /** There are values that are not listed. */
  more: boolean
}

interface AxisMeta {
  type?: string
  categories?: string[]
}

/** The whole numbers that bars stand for; none when a bar holds several. */
function wholeNumbers(edges: ArrayLike<number>): string[] {
  const found: string[] = []
  for (let at = 0; at + 1 < edges.length; at += 1) {
    const [low, high] = [edges[at] ?? 0, edges[at + 1] ?? 0]
    const value = Math.round((low + high) / 2)
    if (high - low > 1.001 || value <= low || value >= high || !Number.isSafeInteger(value)) return []
    found.push(String(value))
  }
  return found
}

/** The values as a histogram lists them; "other" is left out, and so are whole numbers not met. */
export function valuesOfHistogram(
  meta: Record<string, unknown>,
  counts: ArrayLike<number>,
  bins: number,
  edges: ArrayLike<number> = [],
): ValueCounts {
  const axis = meta.axis as AxisMeta | undefined
  const numbers = axis?.type === 'integer' && !axis.categories ? wholeNumbers(edges) : []
  const drawn = axis?.categories ?? numbers
  const more = meta.other === true || drawn.length === 0
  const categories = meta.other === true ? drawn.slice(0, -1) : drawn
  const groups = bins === 0 ? 0 : Math.floor(counts.length / bins)
  const values = categories.map((value, at) => {
    let sum = 0
    for (let group = 0; group < groups; group += 1) sum += counts[group * bins + at] ?? 0
    return { value, count: sum }
  })
  const missing = (meta.missing as { selected?: number } | undefined)?.selected ?? 0
  // Numbers are looked for in their order, names by how often they occur.
  const listed = numbers.length > 0
    ? values.filter((one) => one.count > 0)
    : values.toSorted((a, b) => b.count - a.count)
  return { values: listed, missing, more }
}

export async function valueCounts(
  source: string,
  project: string,
  rule: Rule,
  column: string,
): Promise<ValueCounts> {
  const widget = {
    id: 'values',
    kind: 'distribution',
    settings: { column, bins: MOST },
    width: 300,
    height: 300,
  }
  const body = { rule, colour: null, widgets: [widget], steps: false, may_sample: false }
  const answer = await askAnalysis(source, project, body, { client: `${CLIENT_ID}-values` })
  const view = answer.views.values
  if (!view || 'error' in view) throw new Error(view?.error.detail ?? 'There was no answer.')
  const histogram = view.measures.histogram
  const counts = histogram?.arrays.counts
  if (!histogram || !counts) throw new Error('There was no answer.')
  return valuesOfHistogram(histogram.meta, counts.data, counts.shape.at(-1) ?? 0, histogram.arrays.edges?.data)
}
