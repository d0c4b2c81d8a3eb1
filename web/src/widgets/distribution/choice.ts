/** Which bars are chosen, as a filter and back. */
import type { OneOfFilter, WidgetFilter } from '../widget'

export interface Choice {
  values: Set<string>
  /** The bar of all values that have none of their own. */
  other: boolean
  missing: boolean
  nan: boolean
}

export function noChoice(): Choice {
  return { values: new Set(), other: false, missing: false, nan: false }
}

export function isEmpty({ values, other, missing, nan }: Choice): boolean {
  return values.size === 0 && !other && !missing && !nan
}

/** The filters that keep the chosen bars; `shown` are the values with a bar of their own. */
export function filtersOf(column: string, choice: Choice, shown: string[]): WidgetFilter[] {
  if (isEmpty(choice)) return []
  const { values, other, missing, nan } = choice
  if (other) {
    // What is not one of the bars left out: also values that have no bar.
    const left = shown.filter((value) => !values.has(value))
    return [{ op: 'not', child: oneOf(column, left, !missing, false) }]
  }
  if (missing && values.size === 0 && !nan) return [{ op: 'missing', column }]
  return [oneOf(column, shown.filter((value) => values.has(value)), missing, nan)]
}

function oneOf(column: string, values: string[], missing: boolean, nan: boolean): OneOfFilter {
  return {
    op: 'one_of', column, values, ...(missing ? { missing } : {}), ...(nan ? { nan } : {}),
  }
}

/** The choice that filters stand for; empty when they mean something else. */
export function choiceOf(column: string, filters: WidgetFilter[], shown: string[]): Choice {
  const choice = noChoice()
  for (const filter of filters) {
    if (filter.op === 'missing' && filter.column === column) choice.missing = true
    if (filter.op === 'one_of' && filter.column === column) {
      for (const value of filter.values) choice.values.add(value)
      choice.missing ||= filter.missing ?? false
      choice.nan ||= filter.nan ?? false
    }
    if (filter.op === 'not' && filter.child.op === 'one_of' && filter.child.column === column) {
      const left = new Set(filter.child.values)
      for (const value of shown) if (!left.has(value)) choice.values.add(value)
      choice.other = true
      choice.missing = !(filter.child.missing ?? false)
    }
  }
  return choice
}
