/** The values of a column and how often they occur, from the server's own distribution. */
import { CLIENT_ID } from '../../api/session'
import { askAnalysis } from '../query/answers'
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
  categories?: string[]
}

/** The values as a histogram of a category axis lists them; "other" is left out. */
export function valuesOfHistogram(
  meta: Record<string, unknown>,
  counts: ArrayLike<number>,
  bins: number,
): ValueCounts {
  const drawn = (meta.axis as AxisMeta | undefined)?.categories ?? []
  const more = meta.other === true || drawn.length === 0
  const categories = meta.other === true ? drawn.slice(0, -1) : drawn
  const groups = bins === 0 ? 0 : Math.floor(counts.length / bins)
  const values = categories.map((value, at) => {
    let sum = 0
    for (let group = 0; group < groups; group += 1) sum += counts[group * bins + at] ?? 0
    return { value, count: sum }
  })
  const missing = (meta.missing as { selected?: number } | undefined)?.selected ?? 0
  return { values: values.toSorted((a, b) => b.count - a.count), missing, more }
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
  const body = { rule, colour: null, widgets: [widget], steps: false }
  const answer = await askAnalysis(source, project, body, `${CLIENT_ID}-values`)
  const view = answer.views.values
  if (!view || 'error' in view) throw new Error(view?.error.detail ?? 'There was no answer.')
  const histogram = view.measures.histogram
  const counts = histogram?.arrays.counts
  if (!histogram || !counts) throw new Error('There was no answer.')
  return valuesOfHistogram(histogram.meta, counts.data, counts.shape.at(-1) ?? 0)
}
